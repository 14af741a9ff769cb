import type { JsonObject, RequestId } from './json-rpc.ts';

/** A client that lost its socket repeats a request within that time. */
export const rememberRepliesMs = 20_000;

type Remembered = { reply: Promise<JsonObject>; until: number };

/** Remembers replies for a while, so that a request that is repeated is not carried out twice. */
export class ReplyCache {
  /** In the order of insertion, so those that end first stand first. */
  readonly #replies = new Map<string, Remembered>();

  /** The reply of that request, made now if it is new. Whatever the request says, its id alone counts. */
  reply(sessionId: string, id: RequestId, make: () => Promise<JsonObject>): Promise<JsonObject> {
    const now = performance.now();
    this.#forgetOld(now);
    const key = `${typeof id} ${id} ${sessionId}`;
    const known = this.#replies.get(key);
    if (known !== undefined) return known.reply;
    const reply = make();
    this.#replies.set(key, { reply, until: now + rememberRepliesMs });
    return reply;
  }

  clear(): void {
    this.#replies.clear();
  }

  /** Frees what nobody asks for any more; to be called now and then when no requests come. */
  forgetOld(): void {
    this.#forgetOld(performance.now());
  }

  #forgetOld(now: number): void {
    for (const [key, remembered] of this.#replies) {
      if (remembered.until > now) return;
      this.#replies.delete(key);
    }
  }
}

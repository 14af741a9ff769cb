import { type ErrorBody, type ErrorCode, toErrorBody } from '../../errors.ts';
import type { ConversationReplies } from '../../requests/conversation-requests.ts';
import type { RequestInput } from '../../signaling.ts';
import type { Unsent } from './conversation-state.ts';

/** The name of a request of somebody who takes part. */
type PartName = Exclude<keyof ConversationReplies, 'conversation:follow'>;

/** A request that is sent until the server has answered it. */
export type Outgoing = {
  [Name in PartName]: {
    name: Name;
    body: RequestInput<Name>;
    /** The message or question that it carries, if it does. */
    unsent: Unsent | null;
  };
}[PartName];

/** The errors after which a request is sent again, once the conversation is followed again. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'connection-lost',
  'not-joined',
  'cluster-unavailable',
  'chat-unavailable',
  'internal',
  'shutting-down',
]);

/** Whether a request may succeed later that failed with this error. */
export function isPassing({ code }: ErrorBody): boolean {
  return passing.has(code);
}

/** Waits, longer after each of several refusals in a row, and calls `run`. Returns a function that cancels it. */
export type Later = (run: () => void, refusals: number) => () => void;

/**
 * How long to wait before something is tried again, in milliseconds; up to twice as long, so that not all do at once. It
 * doubles with each of so many refusals in a row.
 */
const again = { afterMs: 1_000, doublings: 4 } as const;

/** The pauses of pages: see {@link Later}. */
export function laterAtRandom(run: () => void, refusals: number): () => void {
  const timer = setTimeout(run, again.afterMs * 2 ** Math.min(refusals, again.doublings) * (1 + Math.random()));
  return () => clearTimeout(timer);
}

type OutboxEvents = {
  /** Whether requests can be sent, and a number that changes whenever a connection is lost. */
  connection: () => { isReady: boolean; turn: number };
  send: (outgoing: Outgoing) => Promise<unknown>;
  /** It is acknowledged, or refused for good. */
  settled: (outgoing: Outgoing, error: ErrorBody | null) => void;
  /** It could not be sent for now, over the connection that is still the present one. */
  failed: () => void;
  later: Later;
};

/**
 * What waits for the server's answer, in order. One request is under way at a time, and stays until it is answered. When
 * the server says that there are too many, as after a time without a connection, the next attempt is made after a while.
 */
export class Outbox {
  readonly #events: OutboxEvents;
  readonly #queue: Outgoing[] = [];
  #isSending = false;
  /** How often in a row there were too many. */
  #refusals = 0;
  /** Ends the pause after that; `null` while there is none. */
  #endPause: (() => void) | null = null;

  constructor(events: OutboxEvents) {
    this.#events = events;
  }

  /** What the server has not answered, in order. */
  get waiting(): readonly Outgoing[] {
    return this.#queue;
  }

  add(outgoing: Outgoing): void {
    this.#queue.push(outgoing);
    if (this.#endPause === null) void this.send();
  }

  /** Forgets everything; what is under way is not settled any more. */
  clear(): void {
    this.stop();
    this.#queue.length = 0;
  }

  /** Makes no further attempt by itself, until something is sent again. */
  stop(): void {
    this.#endPause?.();
    this.#endPause = null;
  }

  /** Sends what waits, as far as that is possible now. Never rejects. */
  async send(): Promise<void> {
    if (this.#isSending) return;
    this.stop();
    this.#isSending = true;
    for (let next = this.#queue[0]; next !== undefined && this.#events.connection().isReady; next = this.#queue[0]) {
      if (!(await this.#sendOne(next))) break;
    }
    this.#isSending = false;
  }

  /** @returns whether the next one, or this one again, can be sent at once */
  async #sendOne(outgoing: Outgoing): Promise<boolean> {
    const { turn } = this.#events.connection();
    let error: ErrorBody | null = null;
    try {
      await this.#events.send(outgoing);
    } catch (reason) {
      error = toErrorBody(reason);
    }
    if (error?.code === 'too-many-requests') {
      this.#refusals += 1;
      this.#endPause = this.#events.later(() => void this.send(), this.#refusals);
      return false;
    }
    this.#refusals = 0;
    if (error === null || !isPassing(error)) {
      if (this.#queue[0] !== outgoing) return true;
      this.#queue.shift();
      this.#events.settled(outgoing, error);
      return true;
    }
    const now = this.#events.connection();
    if (now.turn === turn) this.#events.failed();
    // The connection may have been replaced meanwhile; then that one goes on with what waits.
    return now.turn !== turn && now.isReady;
  }
}

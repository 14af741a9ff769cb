import type { Log } from '../media/log.ts';
import {
  errorReply,
  type JsonObject,
  parseRequest,
  type RequestId,
  type RpcRequest,
  successReply,
  UnreadableRequest,
} from './json-rpc.ts';
import { RpcError, rpcCodes } from './rpc-error.ts';
import { type MethodScope, methods } from './rpc-methods.ts';
import type { ClientConnection, SessionRegistry } from './session-registry.ts';

/** A client that lost its socket repeats a request within this time. */
const rememberRepliesMs = 20_000;

type Remembered = { reply: Promise<JsonObject>; until: number };

/** Remembers replies for a while, so that a repeated request is not carried out twice. */
class ReplyCache {
  /** In the order of insertion, so those that expire first come first. */
  readonly #replies = new Map<string, Remembered>();

  /** The reply to a request, created now if the request is new. Only its id counts, whatever its content. */
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

  /** Frees replies that are no longer needed; must be called now and then when no requests arrive. */
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

/** Answers frames: finds the session, carries out the request once, and replies with the result or the error. */
export class RequestHandler {
  readonly #scope: MethodScope;
  readonly #sessions: SessionRegistry;
  readonly #replies = new ReplyCache();
  readonly #log: Log;

  constructor(scope: MethodScope, log: Log) {
    this.#scope = scope;
    this.#sessions = scope.sessions;
    this.#log = log;
  }

  /** The frame that answers `frame`; never rejects. */
  async handle(connection: ClientConnection, frame: string): Promise<string> {
    return JSON.stringify(await this.#reply(connection, frame));
  }

  /** Frees replies that no client can ask for any longer. */
  forgetOldReplies(): void {
    this.#replies.forgetOld();
  }

  #reply(connection: ClientConnection, frame: string): Promise<JsonObject> {
    let request: RpcRequest;
    try {
      request = parseRequest(frame);
    } catch (error) {
      const { id, error: reason } =
        error instanceof UnreadableRequest ? error : new UnreadableRequest(null, this.#asRpcError(error, 'parse'));
      return Promise.resolve(errorReply(id, reason));
    }
    const sessionId = this.#sessionOf(connection, request);
    const answer = () => this.#answer(connection, request, sessionId);
    return request.id === null || sessionId === null ? answer() : this.#replies.reply(sessionId, request.id, answer);
  }

  async #answer(connection: ClientConnection, request: RpcRequest, sessionId: string | null): Promise<JsonObject> {
    try {
      const method = methods.get(request.method);
      if (method === undefined) throw new RpcError(rpcCodes.methodNotFound, 'Method not found.');
      const result = await method({ ...this.#scope, connection, params: request.params, sessionId });
      return successReply(request.id, result);
    } catch (error) {
      return errorReply(request.id, this.#asRpcError(error, request.method));
    }
  }

  /** The session that the request names, its socket's, or a new one; null when it neither has nor needs one. */
  #sessionOf(connection: ClientConnection, request: RpcRequest): string | null {
    const given = request.params.sessionId;
    const named = typeof given === 'string' ? given : this.#sessions.boundTo(connection);
    if (request.method === 'connect' || request.method === 'keepAlive') return named ?? null;
    if (named !== undefined) {
      this.#sessions.bind(named, connection);
      return named;
    }
    return request.method === 'ping' ? null : this.#sessions.open(connection);
  }

  #asRpcError(error: unknown, method: string): RpcError {
    if (error instanceof RpcError) return error;
    // An operation of a transaction is a request, too.
    if (error instanceof UnreadableRequest) return error.error;
    // Anything else is a fault of this server. It is reported and logged, and ends only the request.
    this.#log('error', 'A request failed unexpectedly', { method, error });
    const reason = error instanceof Error ? error.message : String(error);
    return new RpcError(rpcCodes.internalError, `Unexpected error while processing method: ${reason}`);
  }
}

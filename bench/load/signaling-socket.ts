import { io, type Socket } from 'socket.io-client';
import type { ErrorBody, ErrorCode } from '../../lib/errors.ts';
import {
  type Announcements,
  type ClientToServerEvents,
  type Replies,
  type Reply,
  type RequestInput,
  type RequestName,
  type ServerToClientEvents,
  signalingPath,
} from '../../lib/signaling.ts';

/** The server refused a request. */
export class RequestRefused extends Error {
  readonly code: ErrorCode;

  constructor(request: RequestName, error: ErrorBody) {
    super(`The server refused ${request}: ${error.code}: ${error.message}`);
    this.name = 'RequestRefused';
    this.code = error.code;
  }
}

/** One socket to a Rostrum server, like a browser's but without automatic reconnection. */
export class SignalingSocket {
  readonly #socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  readonly #timeoutMs: number;

  private constructor(socket: Socket<ServerToClientEvents, ClientToServerEvents>, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
  }

  /** Connects to the server at `url`; rejects if that, or later a reply, takes more than `timeoutMs` milliseconds. */
  static open(url: string, timeoutMs: number): Promise<SignalingSocket> {
    const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
      path: signalingPath,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      timeout: timeoutMs,
    });
    return new Promise((resolve, reject) => {
      socket.once('connect', () => {
        socket.off('connect_error');
        resolve(new SignalingSocket(socket, timeoutMs));
      });
      socket.once('connect_error', (cause) => {
        socket.disconnect();
        reject(new Error(`The server at ${url} does not accept the socket.`, { cause }));
      });
    });
  }

  /** Whether the socket is connected. */
  get connected(): boolean {
    return this.#socket.connected;
  }

  /** Sends a request immediately, and resolves with its answer. @throws RequestRefused */
  async request<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<Replies[Name]> {
    // TypeScript cannot relate a generic name to its event in Socket.IO's types; the contract's maps do.
    const asker = this.#socket.timeout(this.#timeoutMs) as unknown as {
      emitWithAck(name: Name, body: RequestInput<Name>): Promise<Reply<Replies[Name]>>;
    };
    const reply = await asker.emitWithAck(name, body);
    if (!reply.ok) throw new RequestRefused(name, reply.error);
    return reply.data;
  }

  /** Calls `listener` for every announcement of this name, until the socket closes or the returned function runs. */
  on<Name extends keyof Announcements>(name: Name, listener: (body: Announcements[Name]) => void): () => void {
    type Listen = (name: Name, listener: (body: Announcements[Name]) => void) => void;
    // As above: the contract's map relates the two, but the compiler cannot follow it through the generic name.
    const emitter = this.#socket as unknown as { on: Listen; off: Listen };
    emitter.on(name, listener);
    return () => emitter.off(name, listener);
  }

  /** Calls `listener` when the socket closes on either side, unless the returned function runs before. */
  onGone(listener: () => void): () => void {
    this.#socket.on('disconnect', listener);
    return () => void this.#socket.off('disconnect', listener);
  }

  /** Closes the socket without notifying the server; may be called twice. */
  close(): void {
    this.#socket.disconnect();
  }
}

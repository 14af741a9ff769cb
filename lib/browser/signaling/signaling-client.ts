import { AppError } from '../../errors.ts';
import type { Announcements, Replies, Reply, RequestInput, RequestName } from '../../signaling.ts';
import { openTabStorage, type StoredValues } from '../page/browser-storage.ts';
import type { SignalingSocket } from './open-socket.ts';
import { type ServerClock, serverClock } from './server-clock.ts';

/** The interface through which publisher, viewer session and lobby use the socket to the server. */
export interface Signaling {
  /** True while requests can be sent. */
  readonly connected: boolean;
  /** Connects, and from then on reconnects automatically until {@link close}. */
  open(): void;
  /** Disconnects immediately and permanently. May be called repeatedly. */
  close(): void;
  /**
   * Sends a request synchronously, before this returns, and resolves with the reply's data. Fails with the AppError
   * that the server returned, or with `connection-lost` when there is no connection or no reply in time.
   */
  request<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<Replies[Name]>;
  /** Calls `handler` for every announcement of that name until the returned function is called. */
  on<Name extends keyof Announcements>(name: Name, handler: (body: Announcements[Name]) => void): () => void;
  /**
   * Calls `handler` on every connection. `recovered` is true when the server still knows this socket, so that its role
   * and subscriptions still hold.
   */
  onConnected(handler: (recovered: boolean) => void): () => void;
  /** Calls `handler` when the connection breaks. */
  onDisconnected(handler: () => void): () => void;
  /**
   * Resolves when connected. After the timeout of one request it fails with `connection-lost`, or with
   * `signaling-blocked` if the server is reachable and something in between blocks the connection.
   */
  whenConnected(): Promise<void>;
}

/**
 * Where to connect, the timeout, the clock that every reply updates, and the storage for how the network treats
 * WebSockets. In a browser, the defaults are right.
 */
export type SignalingOptions = { url?: string; timeoutMs?: number; clock?: ServerClock; memory?: StoredValues };

const connectionLost = (cause?: unknown) =>
  new AppError('connection-lost', 'The server did not answer. Check your network connection and try again.', { cause });

/** Socket.IO's overloads cannot express a generic event name; this type says the same in a form that works. */
type Emitter = { emitWithAck(name: string, body: unknown): Promise<unknown> };

/** The browser's end of signalling: one socket, typed by the contract. */
export class SignalingClient implements Signaling {
  readonly #url: string | undefined;
  readonly #timeoutMs: number;
  readonly #clock: ServerClock;
  readonly #memory: StoredValues;
  /** `null` until it is needed: pages show something before the code for it has been loaded. */
  #socket: SignalingSocket | null = null;
  #isOpening = false;
  readonly #announced = new Map<string, Set<(body: never) => void>>();
  readonly #connectedHandlers = new Set<(recovered: boolean) => void>();
  readonly #disconnectedHandlers = new Set<() => void>();
  #comeBack: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor({ url, timeoutMs = 10_000, clock = serverClock, memory = openTabStorage() }: SignalingOptions = {}) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#memory = memory;
  }

  get connected(): boolean {
    return this.#socket?.connected ?? false;
  }

  open(): void {
    if (this.#closed) return;
    if (this.#socket !== null) {
      this.#socket.connect();
      return;
    }
    if (this.#isOpening) return;
    this.#isOpening = true;
    const [url, timeoutMs, memory] = [this.#url, this.#timeoutMs, this.#memory];
    import('./open-socket.ts').then(
      ({ openSocket }) => {
        this.#isOpening = false;
        if (!this.#closed) this.#connect(openSocket({ url, timeoutMs, memory }));
      },
      () => {
        // The network may be down for a moment; retry as after a broken connection.
        this.#isOpening = false;
        this.#comeBack = setTimeout(() => this.open(), 1_000);
      },
    );
  }

  #connect(socket: SignalingSocket): void {
    this.#socket = socket;
    socket.onAny((name: string, body: unknown) => {
      // The server's announcements follow the same contract by which handlers are registered.
      for (const handler of [...(this.#announced.get(name) ?? [])]) handler(body as never);
    });
    socket.on('connect', () => {
      // Contrary to its type, it is undefined if the server does not recover connections.
      for (const handler of [...this.#connectedHandlers]) handler(socket.recovered === true);
    });
    // Socket.IO does not reconnect on its own when the server closed the connection.
    socket.on('disconnect', (reason) => {
      if (this.#closed) return;
      if (reason === 'io server disconnect') {
        this.#comeBack = setTimeout(() => socket.connect(), 150 + Math.random() * 350);
      }
      for (const handler of [...this.#disconnectedHandlers]) handler();
    });
    // The server's heartbeat arrives every few seconds, and soon after a sleep.
    socket.io.on('ping', () => {
      if (this.#clock.isDue()) this.request('clock:read', {}).catch(() => undefined);
    });
    socket.connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#comeBack);
    this.#socket?.disconnect();
  }

  async request<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<Replies[Name]> {
    // Socket.IO would buffer the request for the next connection, where it would mean something else.
    if (this.#socket?.connected !== true) throw connectionLost();
    const sentAt = this.#clock.steadyMs();
    let reply: Reply<Replies[Name]>;
    try {
      // See Emitter for the first cast. The second relies on the server following the same contract.
      const socket = this.#socket.timeout(this.#timeoutMs) as unknown as Emitter;
      reply = (await socket.emitWithAck(name, body)) as Reply<Replies[Name]>;
    } catch (cause) {
      throw connectionLost(cause);
    }
    if (reply.clock !== undefined) this.#clock.update({ sentAt, answeredAt: this.#clock.steadyMs() }, reply.clock);
    if (reply.ok) return reply.data;
    throw new AppError(reply.error.code, reply.error.message);
  }

  on<Name extends keyof Announcements>(name: Name, handler: (body: Announcements[Name]) => void): () => void {
    const handlers = this.#announced.get(name) ?? new Set();
    this.#announced.set(name, handlers.add(handler));
    return () => {
      handlers.delete(handler);
    };
  }

  onConnected(handler: (recovered: boolean) => void): () => void {
    this.#connectedHandlers.add(handler);
    return () => {
      this.#connectedHandlers.delete(handler);
    };
  }

  onDisconnected(handler: () => void): () => void {
    this.#disconnectedHandlers.add(handler);
    return () => {
      this.#disconnectedHandlers.delete(handler);
    };
  }

  whenConnected(): Promise<void> {
    if (this.connected) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        off();
        finish();
      };
      const off = this.onConnected(() => settle(resolve));
      const timer = setTimeout(() => {
        if (this.#closed) settle(() => reject(connectionLost()));
        else void diagnoseSignaling(this.#url ?? '').then((error) => settle(() => reject(error)));
      }, this.#timeoutMs);
    });
  }
}

/** Diagnoses a failed connection. The code for it is loaded only then. */
async function diagnoseSignaling(origin: string): Promise<AppError> {
  try {
    const reach = await import('./reach-server.ts');
    return await reach.diagnoseSignaling(origin);
  } catch (error) {
    return connectionLost(error);
  }
}

/** The result of `promise`; fails with `connection-lost` if that takes longer than `timeoutMs` milliseconds. */
export function withTimeout<Result>(promise: Promise<Result>, timeoutMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new AppError('connection-lost', 'The server did not answer in time.')),
      timeoutMs,
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

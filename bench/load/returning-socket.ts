import { wait } from '../platform/clock.ts';
import { SignalingSocket } from './signaling-socket.ts';

const firstPauseMs = 100;
const longestPauseMs = 1_000;

/** The delay before the next attempt after `failures` consecutive failures, in milliseconds: short, with jitter. */
export function returnPauseMs(failures: number): number {
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, failures - 1));
  return failures === 0 ? 0 : pause * (0.75 + Math.random() / 2);
}

/** A socket that is opened again whenever it is requested but closed, as often as necessary. */
export class ReturningSocket {
  readonly #url: string;
  readonly #timeoutMs: number;
  #socket: SignalingSocket | null = null;
  #opened = 0;

  constructor(url: string, timeoutMs: number) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  /** How many sockets there have been. */
  get opened(): number {
    return this.#opened;
  }

  /** A connected socket: the same one as long as it is open. Rejects when `signal` is aborted. */
  async connected(signal: AbortSignal): Promise<SignalingSocket> {
    for (let failures = 0; ; failures += 1) {
      signal.throwIfAborted();
      if (this.#socket?.connected) return this.#socket;
      await wait(returnPauseMs(failures), signal);
      const socket = await SignalingSocket.open(this.#url, this.#timeoutMs).catch(() => null);
      if (socket === null) continue;
      this.#socket = socket;
      this.#opened += 1;
    }
  }

  /** Closes the socket without notifying the server; the next caller gets another one. */
  drop(): void {
    this.#socket?.close();
    this.#socket = null;
  }
}

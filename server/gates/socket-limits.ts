import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type ClientAddresses, limitedAddress } from './client-address.ts';

/** How many connections an address may have for each socket that it may open: pages load over several at a time. */
const connectionsPerSocket = 4;

/** Counts things that an address holds, and forgets addresses that hold none. */
export class HeldByAddress {
  readonly #most: number;
  readonly #held = new Map<string, number>();
  #elsewhere: (address: string) => number = () => 0;
  #changed: (address: string) => void = () => {};

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether the address holds the maximum already. */
  isFull(address: string): boolean {
    return this.heldBy(address) + this.#elsewhere(address) >= this.#most;
  }

  /** How much the address holds here. */
  heldBy(address: string): number {
    return this.#held.get(address) ?? 0;
  }

  /** The addresses that hold anything here. */
  get addresses(): string[] {
    return [...this.#held.keys()];
  }

  /**
   * Counts what is held at other web servers as well, and calls `changed` with each address that holds more or less here.
   */
  share(elsewhere: (address: string) => number, changed: (address: string) => void): void {
    this.#elsewhere = elsewhere;
    this.#changed = changed;
  }

  /**
   * Counts one more.
   * @returns a function to call once when it is given back
   */
  take(address: string): () => void {
    this.#held.set(address, (this.#held.get(address) ?? 0) + 1);
    this.#changed(address);
    return () => {
      const left = (this.#held.get(address) ?? 1) - 1;
      if (left === 0) this.#held.delete(address);
      else this.#held.set(address, left);
      this.#changed(address);
    };
  }
}

/**
 * Closes connections beyond what one address may hold, and those that send their requests too slowly. Connections of
 * trusted proxies are not counted: they carry the requests of everyone. Call this after all handlers of requests have
 * been attached, because some replace the earlier ones.
 */
export function limitConnections(server: Server, socketsPerAddress: number, addresses: ClientAddresses): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxHeadersCount = 100;
  const all = new HeldByAddress(socketsPerAddress * connectionsPerSocket);
  // A class that opens a link at the same moment has many connections that have not sent anything yet.
  const silent = new HeldByAddress(socketsPerAddress);
  const heard = new WeakMap<Socket, () => void>();
  // A request over TLS names the socket that decrypts, which is there after the handshake.
  server.on('setSecureContext' in server ? 'secureConnection' : 'connection', (socket: Socket) => {
    if (addresses.isProxy(socket.remoteAddress)) return;
    const address = limitedAddress(socket.remoteAddress ?? '');
    if (all.isFull(address) || silent.isFull(address)) {
      socket.destroy();
      return;
    }
    const giveBack = all.take(address);
    const speak = once(silent.take(address));
    heard.set(socket, speak);
    socket.once('close', () => {
      speak();
      giveBack();
    });
  });
  const note = ({ socket }: { socket: Socket }) => heard.get(socket)?.();
  server.prependListener('request', note);
  server.prependListener('upgrade', note);
}

function once(act: () => void): () => void {
  let rest: (() => void) | null = act;
  return () => {
    rest?.();
    rest = null;
  };
}

import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';

/** The address and ports that a media socket may use. */
type PortRequest = { bindIp?: string; portRange?: { min: number; max: number } };

/**
 * Finds a UDP port that can be bound, and calls `use` with it synchronously once it is free again. The native library
 * ends the process when it finds no port, no file descriptor, or no such address, so this is tried here first.
 * @throws Error with the system's reason when there is none
 */
export async function withFreePort<Result>(request: PortRequest, use: (port: number) => Result): Promise<Result> {
  const { min, max } = request.portRange ?? { min: 0, max: 0 };
  const size = max - min + 1;
  // A random start keeps the search short while the range fills up.
  const start = Math.floor(Math.random() * size);
  let reason: unknown = new Error(`There is no port in the range ${min}–${max}`);
  for (let step = 0; step < size; step += 1) {
    try {
      return await tryEitherFamily(request.bindIp, min + ((start + step) % size), use);
    } catch (error) {
      if (!(error instanceof PortRefused)) throw error;
      reason = error.cause;
      if (!isTaken(reason)) break;
    }
  }
  throw reason;
}

/** Distinguishes an unavailable port from an error of the caller. */
class PortRefused extends Error {}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

function isTaken(error: unknown): boolean {
  return hasCode(error, 'EADDRINUSE');
}

/** As the library does: one socket for both families, or for IPv4 only on a host without IPv6. */
async function tryEitherFamily<Result>(
  address: string | undefined,
  port: number,
  use: (port: number) => Result,
): Promise<Result> {
  if (address !== undefined) return tryPort(isIPv4(address) ? 'udp4' : 'udp6', address, port, use);
  try {
    return await tryPort('udp6', address, port, use);
  } catch (error) {
    const isWithoutIpv6 =
      error instanceof PortRefused && hasCode(error.cause, 'EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL');
    if (!isWithoutIpv6) throw error;
    return tryPort('udp4', address, port, use);
  }
}

function tryPort<Result>(
  family: 'udp4' | 'udp6',
  address: string | undefined,
  port: number,
  use: (port: number) => Result,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(family);
    socket.once('error', (error) => {
      socket.close();
      reject(new PortRefused('The port cannot be bound', { cause: error }));
    });
    socket.once('listening', () => {
      const found = socket.address().port;
      socket.close();
      try {
        resolve(use(found));
      } catch (error) {
        reject(error);
      }
    });
    socket.bind({ port, exclusive: true, ...(address === undefined ? {} : { address }) });
  });
}

/**
 * How many links share a port. One socket for two dozen links costs far less to poll than one for each, and its send
 * buffer still holds a whole frame for all of them on a slow uplink; a single socket for all links could not.
 */
export const linksPerPort = 24;

/** Holds a port open; closing it releases the port once no link uses it. */
export type HeldPort = { close(): void };

/** The right to use a port; `release` ends it and may be called twice. */
export type PortLease = { readonly port: number; release(): void };

type SharedPort = { readonly opening: Promise<{ port: number; held: HeldPort }>; links: number };

/**
 * Decides which UDP port a link gets. Ports are shared by up to `linksPerPort` links, and by more when no further port
 * is available; so a range of a single port serves all links.
 */
export class PortPool {
  readonly #request: PortRequest;
  readonly #hold: (port: number) => HeldPort;
  #ports: SharedPort[] = [];
  #closed = false;

  /** @param hold binds a port that was free a moment ago */
  constructor(request: PortRequest, hold: (port: number) => HeldPort) {
    this.#request = request;
    this.#hold = hold;
  }

  /** Opens the first port before it is needed; if that fails, the next lease tries again. */
  warm(): void {
    if (this.#ports.length === 0) this.#open();
  }

  /**
   * Leases a port for one more link.
   * @throws Error with the system's reason when there is none at all
   */
  async lease(): Promise<PortLease> {
    const present = this.#leastUsed();
    let wanted = present !== null && present.links < linksPerPort ? present : this.#open();
    for (;;) {
      try {
        return await this.#use(wanted);
      } catch (error) {
        // A port that cannot be opened is removed, so this loop ends.
        const full = this.#leastUsed();
        if (full === null) throw error;
        wanted = full;
      }
    }
  }

  /** Releases all ports; links on them must have been closed. */
  close(): void {
    this.#closed = true;
    for (const shared of this.#ports) {
      void shared.opening.then(
        ({ held }) => held.close(),
        () => undefined,
      );
    }
    this.#ports = [];
  }

  #open(): SharedPort {
    const opening = withFreePort(this.#request, (port) => {
      if (this.#closed) throw new Error('The media engine is closed');
      return { port, held: this.#hold(port) };
    });
    const shared: SharedPort = { opening, links: 0 };
    this.#ports.push(shared);
    opening.catch(() => {
      this.#ports = this.#ports.filter((other) => other !== shared);
    });
    return shared;
  }

  async #use(shared: SharedPort): Promise<PortLease> {
    // Counted before the first await, so that many simultaneous links are spread over the ports.
    shared.links += 1;
    let isUsed = true;
    const release = () => {
      if (isUsed) shared.links -= 1;
      isUsed = false;
    };
    return { port: (await shared.opening).port, release };
  }

  #leastUsed(): SharedPort | null {
    let least: SharedPort | null = null;
    for (const shared of this.#ports) if (least === null || shared.links < least.links) least = shared;
    return least;
  }
}

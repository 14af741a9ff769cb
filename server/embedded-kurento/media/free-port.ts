import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';

/** Where a socket for media may be. */
export type PortWish = { bindAddress?: string; portRange?: { min: number; max: number } };

/**
 * Finds a UDP port that can be bound, and calls `use` with it in the same moment in which it is free again. The
 * native library ends the process when it finds no port, no file descriptor, or not the address, so this is tried
 * here first.
 * @throws Error with the reason of the system when there is none
 */
export async function withFreePort<Result>(wish: PortWish, use: (port: number) => Result): Promise<Result> {
  const { min, max } = wish.portRange ?? { min: 0, max: 0 };
  const size = max - min + 1;
  // Beginning anywhere keeps the search short while the range fills up.
  const start = Math.floor(Math.random() * size);
  let reason: unknown = new Error(`There is no port in ${min}–${max}`);
  for (let step = 0; step < size; step += 1) {
    try {
      return await tryEitherFamily(wish.bindAddress, min + ((start + step) % size), use);
    } catch (error) {
      if (!(error instanceof PortRefused)) throw error;
      reason = error.cause;
      if (!isTaken(reason)) break;
    }
  }
  throw reason;
}

/** Tells a port that cannot be had from an error of the caller. */
class PortRefused extends Error {}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

function isTaken(error: unknown): boolean {
  return hasCode(error, 'EADDRINUSE');
}

/** As the library does: one socket for both families, or for IPv4 alone on a host that has no IPv6. */
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

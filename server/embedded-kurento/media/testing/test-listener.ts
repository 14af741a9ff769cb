import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { PeerLinkListener } from '../media-types.ts';

/** For tests that do not care what a link tells. */
export const silentListener: PeerLinkListener = {
  candidateFound: () => undefined,
  gatheringDone: () => undefined,
  iceStateChanged: () => undefined,
  candidatePairSelected: () => undefined,
  dtlsStateChanged: () => undefined,
  dataChannelOpened: () => undefined,
  dataChannelClosed: () => undefined,
  dataReceived: () => undefined,
};

/** Below the ports that a system hands out by itself: on Linux from 32768, elsewhere from 49152. */
const fixedPorts = { min: 20_000, max: 32_000 };

/**
 * For tests: a UDP port that was free a moment ago, on `address` or on all of IPv4. No process gets it by chance before
 * the test does; the native library would end the test's process then.
 */
export async function freeUdpPort(address = '0.0.0.0'): Promise<number> {
  for (;;) {
    const port = randomInt(fixedPorts.min, fixedPorts.max);
    if (await isFree(port, address)) return port;
  }
}

/** For tests: whether a process can bind this UDP port now. */
export async function isFree(port: number, address = '0.0.0.0'): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, address, resolve);
    });
    return true;
  } catch {
    return false;
  } finally {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}

/** For tests: a compound in its parts, https://www.rfc-editor.org/rfc/rfc3550#section-6.1 */
export function splitCompound(compound: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at + 4 <= compound.length; ) {
    const end = at + 4 + compound.readUInt16BE(at + 2) * 4;
    packets.push(compound.subarray(at, end));
    at = end;
  }
  return packets;
}

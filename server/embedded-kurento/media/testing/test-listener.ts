import { createSocket } from 'node:dgram';
import type { PeerLinkListener } from '../media-types.ts';

/** For tests that ignore the events of a link. */
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

/** For tests: a UDP port that was free a moment ago, on `address` or on all IPv4 addresses. */
export async function freeUdpPort(address = '0.0.0.0'): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

/** For tests: the parts of a compound packet, https://www.rfc-editor.org/rfc/rfc3550#section-6.1 */
export function splitCompound(compound: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at + 4 <= compound.length; ) {
    const end = at + 4 + compound.readUInt16BE(at + 2) * 4;
    packets.push(compound.subarray(at, end));
    at = end;
  }
  return packets;
}

import type { Mutations } from '../../testing/mutations.ts';
import { negativeAcknowledgement, pictureLossIndication, senderReport } from '../rtcp/rtcp.ts';
import { rtp, withExtension } from './test-packets.ts';

/** For tests: the values that a packet is made with; 32-bit SSRCs and 7-bit payload types. */
export type OddPacketPlan = {
  ssrcs: readonly number[];
  payloadTypes: readonly number[];
  /** The SSRCs that RTCP reports on. */
  mediaSsrcs: readonly number[];
};

/** An RTP packet with false data in its header, its lengths, or its payload. */
export function oddRtp(mutations: Mutations, { ssrcs, payloadTypes }: OddPacketPlan): Buffer {
  const packet = rtp({
    ssrc: mutations.pick(ssrcs),
    payloadType: mutations.pick(payloadTypes),
    sequenceNumber: mutations.below(65_536),
    timestamp: mutations.below(2 ** 32),
    marker: mutations.happens(0.3),
    payload: oddBytes(mutations, mutations.pick([0, 1, 2, 5, 30, 1_200])),
  });
  return mutations.pick<() => Buffer>([
    () => packet,
    () => packet.subarray(0, mutations.below(packet.length + 1)),
    // Extensions, padding and sources that do not exist: https://www.rfc-editor.org/rfc/rfc3550#section-5.1
    () => withFirstByte(packet, 0x80 | mutations.below(64)),
    () => withFirstByte(Buffer.concat([packet, Buffer.from([mutations.below(256)])]), 0xa0),
    () => extended(mutations, packet),
    () => extended(mutations, packet),
    () => withFirstByte(extended(mutations, packet), 0xb0),
    () => withFirstByte(packet, mutations.below(256)),
  ])();
}

/** An RTCP packet, often a compound, with false data in it. */
export function oddRtcp(mutations: Mutations, { mediaSsrcs, ssrcs }: OddPacketPlan): Buffer {
  const ssrc = (): number => mutations.pick([...mediaSsrcs, ...ssrcs, mutations.below(2 ** 32)]);
  const word = (): number => mutations.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, mutations.below(2 ** 32)]);
  const one = (): Buffer =>
    mutations.pick<() => Buffer>([
      () => pictureLossIndication(ssrc(), ssrc()),
      () => negativeAcknowledgement(ssrc(), ssrc(), numbers(mutations, mutations.pick([1, 20, 300]))),
      () => {
        const info = { ssrc: ssrc(), ntpSeconds: word(), ntpFraction: word() };
        return senderReport({ ...info, rtpTimestamp: word(), packets: word(), payloadBytes: word() }, []);
      },
      // Any type and format, with a correct length.
      () => {
        const words = mutations.below(20);
        const packet = Buffer.concat([Buffer.alloc(4), oddBytes(mutations, words * 4)]);
        packet[0] = 0x80 | mutations.below(32);
        packet[1] = mutations.pick([200, 201, 202, 203, 204, 205, 206, 207, 192, 223]);
        packet.writeUInt16BE(words, 2);
        if (words >= 2) packet.writeUInt32BE(ssrc(), 8);
        if (words >= 3 && mutations.happens(0.5)) packet.write('REMB', 12, 'latin1');
        return packet;
      },
    ])();
  const compound = Buffer.concat(Array.from({ length: 1 + mutations.below(4) }, one));
  if (mutations.happens(0.3)) compound.writeUInt16BE(mutations.below(65_536), 2);
  if (mutations.happens(0.3)) compound[mutations.below(compound.length)] = mutations.below(256);
  const cut = mutations.happens(0.3) ? compound.subarray(0, mutations.below(compound.length)) : compound;
  if (cut.length > 1) cut[1] = 192 + ((cut[1] ?? 0) & 31);
  return cut;
}

/** Bytes, many of which have a meaning in some format. */
export function oddBytes(mutations: Mutations, length: number): Buffer {
  const telling = [0, 1, 0x10, 0x7c, 0x78, 0x80, 0x85, 0x90, 0x9d, 0xff];
  return Buffer.from(
    Array.from({ length }, () => (mutations.happens(0.5) ? mutations.pick(telling) : mutations.below(256))),
  );
}

function numbers(mutations: Mutations, count: number): number[] {
  const first = mutations.below(65_536);
  return Array.from({ length: count }, (_, index) => (first + index) & 0xffff);
}

function withFirstByte(packet: Buffer, first: number): Buffer {
  const changed = Buffer.from(packet);
  if (changed.length > 0) changed[0] = first;
  return changed;
}

/** Elements of both forms of https://www.rfc-editor.org/rfc/rfc8285#section-4, complete or not. */
function extended(mutations: Mutations, packet: Buffer): Buffer {
  const profile = mutations.pick([0xbede, 0xbede, 0x1000, 0x100f, mutations.below(65_536)]);
  const elements = Array.from({ length: mutations.below(5) }, () => {
    const [id, length] = [mutations.pick([0, 1, 2, 3, 15]), mutations.pick([0, 1, 3, 8, 16])];
    const head = profile === 0xbede ? [(id << 4) | ((length - 1) & 15)] : [id, length];
    return [...head, ...oddBytes(mutations, mutations.happens(0.8) ? length : mutations.below(20))];
  });
  const made = withExtension(packet, profile, elements.flat());
  if (mutations.happens(0.3)) made.writeUInt16BE(mutations.below(65_536), 14);
  return made;
}

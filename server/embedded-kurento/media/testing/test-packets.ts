import { streamStart } from '../../../codecs/testing/test-seed.ts';
import type { RtpCodec } from '../media-types.ts';

/** The codec of the test packets. */
export const vp8Codec: RtpCodec = { name: 'VP8', clockRate: 90_000, channels: 1, fmtp: '' };

/** A VP8 payload that begins a keyframe, and one that does not. */
export const vp8Key = Buffer.from([0x10, 0x00, 1, 2, 3]);
export const vp8Delta = Buffer.from([0x10, 0x01, 1, 2, 3]);

type Header = {
  payloadType?: number;
  sequenceNumber?: number;
  timestamp?: number;
  ssrc?: number;
  marker?: boolean;
  payload?: Buffer;
};

/** The numbers of a packet for tests that do not depend on them. */
const drawn = streamStart('packet');

/** A whole RTP packet, for tests. Numbers that are too large wrap around. */
export function rtp(header: Header): Buffer {
  const { payloadType = 96, sequenceNumber = drawn.sequenceNumber, timestamp = drawn.timestamp } = header;
  const { ssrc = 1111, marker = false } = header;
  const start = Buffer.alloc(12);
  start[0] = 0x80;
  start[1] = payloadType | (marker ? 0x80 : 0);
  start.writeUInt16BE(sequenceNumber & 0xffff, 2);
  start.writeUInt32BE(timestamp >>> 0, 4);
  start.writeUInt32BE(ssrc, 8);
  return Buffer.concat([start, header.payload ?? vp8Delta]);
}

/** The same packet with a header extension: its profile, then its elements, padded with zeros. */
export function withExtension(packet: Buffer, profile: number, elements: readonly number[]): Buffer {
  const words = Math.ceil(elements.length / 4);
  const block = Buffer.alloc(4 + words * 4);
  block.writeUInt16BE(profile, 0);
  block.writeUInt16BE(words, 2);
  block.set(elements, 4);
  const extended = Buffer.concat([packet.subarray(0, 12), block, packet.subarray(12)]);
  extended[0] = (packet[0] ?? 0) | 0x10;
  return extended;
}

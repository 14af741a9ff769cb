import { readPictureNumbers } from '../../../codecs/payload-formats.ts';
import type { PictureNumbers } from '../../../codecs/rtp-payload.ts';
import type { RtpCodec, RtpPacket } from '../media-types.ts';
import {
  ExtendedForm,
  type ExtensionIds,
  noExtensions,
  type ReadExtensions,
  readExtensions,
} from './header-extensions.ts';

/**
 * How far `to` is ahead of `from` in 16-bit sequence numbers, which wrap around (RFC 3550 §5.1): −32768 … 32767,
 * negative when `to` is older.
 */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** The same for 32-bit RTP timestamps: −2³¹ … 2³¹ − 1 ticks. */
export function timestampDistance(from: number, to: number): number {
  return (to - from) | 0;
}

/** Bytes of an RTP header without CSRCs and extensions. */
const fixedHeaderBytes = 12;

/** A packet as received from a peer; a class, so that all packets have the same shape and stay fast. */
export class ReceivedPacket implements RtpPacket {
  readonly bytes: Buffer;
  readonly payloadOffset: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly codec: RtpCodec;
  readonly arrivedAt: number;
  readonly picture: PictureNumbers | null;
  /** The send time by the sender's clock (abs-send-time), in units of 2⁻¹⁸ s modulo 64 s; −1 when not given. */
  readonly sendTime: number;
  /** The number of quarter turns by which its picture must still be rotated, 0 … 3. */
  readonly quarterTurns: number;
  readonly extended: ExtendedForm | null;
  /** Set by the stream that receives the packet, as it knows the packets before. */
  keyframeStart = false;

  constructor(
    bytes: Buffer,
    payloadOffset: number,
    sequenceNumber: number,
    timestamp: number,
    ssrc: number,
    codec: RtpCodec,
    arrivedAt: number,
    sendTime: number,
    quarterTurns: number,
    extended: ExtendedForm | null,
  ) {
    this.bytes = bytes;
    this.payloadOffset = payloadOffset;
    this.payloadType = (bytes[1] ?? 0) & 0x7f;
    this.marker = ((bytes[1] ?? 0) & 0x80) !== 0;
    this.sequenceNumber = sequenceNumber;
    this.timestamp = timestamp;
    this.ssrc = ssrc;
    this.codec = codec;
    this.arrivedAt = arrivedAt;
    this.sendTime = sendTime;
    this.quarterTurns = quarterTurns;
    this.extended = extended;
    this.picture = readPictureNumbers(codec.name, bytes, payloadOffset);
  }
}

/** Distinguishes RTCP from RTP on one port: https://www.rfc-editor.org/rfc/rfc5761#section-4 */
export function isRtcp(datagram: Buffer): boolean {
  const second = datagram[1] ?? 0;
  return second >= 192 && second <= 223;
}

/**
 * Reads a packet (https://www.rfc-editor.org/rfc/rfc3550#section-5.1) and removes its header extensions and padding,
 * writing into `datagram`. A packet of padding only keeps an empty payload, because its sequence number has been used
 * and would otherwise look lost.
 * @param ids of the header extensions that the sender may use
 * @returns null when lengths are inconsistent
 */
export function readRtpPacket(
  datagram: Buffer,
  codec: RtpCodec,
  arrivedAt: number,
  ids: ExtensionIds = noExtensions,
): ReceivedPacket | null {
  if (datagram.length < fixedHeaderBytes) return null;
  const first = datagram[0] ?? 0;
  if (first >> 6 !== 2) return null;
  const headerEnd = fixedHeaderBytes + (first & 0x0f) * 4;
  let bytes = datagram;
  let end = datagram.length;
  if ((first & 0x20) !== 0) {
    const padding = datagram[end - 1] ?? 0;
    if (padding === 0) return null;
    end -= padding;
  }
  let start = 0;
  let extensions: ReadExtensions | null = null;
  if ((first & 0x10) !== 0) {
    if (headerEnd + 4 > end) return null;
    const extensionBytes = 4 + datagram.readUInt16BE(headerEnd + 2) * 4;
    if (headerEnd + extensionBytes > end) return null;
    extensions = readExtensions(datagram, headerEnd, headerEnd + extensionBytes, ids);
    // The header moves up to the payload: it is far shorter, so this is cheaper than moving the payload down.
    datagram.copyWithin(extensionBytes, 0, headerEnd);
    start = extensionBytes;
  }
  if (start + headerEnd > end) return null;
  if (start !== 0 || end !== datagram.length) bytes = datagram.subarray(start, end);
  bytes[0] = first & 0xcf;
  const captureTime = extensions?.captureTime ?? null;
  return new ReceivedPacket(
    bytes,
    headerEnd,
    bytes.readUInt16BE(2),
    bytes.readUInt32BE(4),
    bytes.readUInt32BE(8),
    codec,
    arrivedAt,
    extensions?.sendTime ?? -1,
    extensions?.quarterTurns ?? 0,
    captureTime === null ? null : new ExtendedForm(bytes, headerEnd, captureTime),
  );
}

/** The fixed header of an RTP packet that is made here (RFC 3550 §5.1). */
export type RtpHeader = {
  payloadType: number;
  marker: boolean;
  sequenceNumber: number;
  timestamp: number;
  ssrc: number;
};

/** The bytes of an RTP packet without CSRCs and header extensions. */
export function writeRtpPacket({ payloadType, marker, sequenceNumber, timestamp, ssrc }: RtpHeader, payload: Buffer) {
  const bytes = Buffer.allocUnsafe(fixedHeaderBytes + payload.length);
  bytes[0] = 0x80;
  bytes[1] = payloadType | (marker ? 0x80 : 0);
  bytes.writeUInt16BE(sequenceNumber, 2);
  bytes.writeUInt32BE(timestamp, 4);
  bytes.writeUInt32BE(ssrc, 8);
  payload.copy(bytes, fixedHeaderBytes);
  return bytes;
}

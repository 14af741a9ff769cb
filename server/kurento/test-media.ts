import { startsH264Keyframe } from '../embedded-kurento/testing/h264-rtp.ts';
import { startsVp8Keyframe } from '../embedded-kurento/testing/vp8-rtp.ts';

/*
 * The packets of a test peer: RTP that a media server takes for real media, and a look into what comes back.
 */

/** One stream of RTP (RFC 3550 §5.1). */
export type RtpStream = { payloadType: number; ssrc: number; sequenceNumber: number; timestamp: number };

/** Makes the packets of the next frame of `stream`, and moves its timestamp on by `duration` clock ticks. */
export function nextRtpPackets(stream: RtpStream, payloads: readonly Buffer[], duration: number): Buffer[] {
  const packets = payloads.map((payload, index) => {
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    // The marker is at the end of a frame.
    header[1] = (index === payloads.length - 1 ? 0x80 : 0) | stream.payloadType;
    header.writeUInt16BE(stream.sequenceNumber, 2);
    header.writeUInt32BE(stream.timestamp, 4);
    header.writeUInt32BE(stream.ssrc, 8);
    stream.sequenceNumber = (stream.sequenceNumber + 1) & 0xffff;
    return Buffer.concat([header, payload]);
  });
  stream.timestamp = (stream.timestamp + duration) >>> 0;
  return packets;
}

/** 20 ms of silence in Opus (RFC 6716 §3.1: CELT, one frame). */
export function opusPayload(): Buffer {
  return Buffer.from([0xf8, 0xff, 0xfe]);
}

/** RTP and RTCP share a port and are told apart by the second byte (RFC 5761 §4). */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** How many packets of a compound RTCP packet ask for a keyframe: PLI (RFC 4585 §6.3.1) or FIR (RFC 5104 §4.3.1). */
export function countKeyframeRequests(compound: Buffer): number {
  let requests = 0;
  for (let at = 0; at + 4 <= compound.length; at += 4 + 4 * compound.readUInt16BE(at + 2)) {
    const format = (compound[at] ?? 0) & 0x1f;
    if (compound[at + 1] === 206 && (format === 1 || format === 4)) requests += 1;
  }
  return requests;
}

/**
 * Finds keyframes among the packets of one received stream. A media server may cut frames into packets anew, and send
 * parameter sets before the picture, so it goes by frames, which are what has one timestamp.
 */
export class KeyframeLog {
  /** Keyframes that began. */
  keyframes = 0;
  /** Whether the first frame was a keyframe; `null` until there is a second one, or it is known to be one. */
  startedWithKeyframe: boolean | null = null;
  readonly #starts: (payload: Buffer) => boolean;
  #first: number | null = null;
  #latestKeyframe: number | null = null;

  constructor(codec: 'VP8' | 'H264') {
    this.#starts = codec === 'H264' ? startsH264Keyframe : startsVp8Keyframe;
  }

  /** @param packet RTP that arrived, whole */
  note(packet: Buffer): void {
    const payload = packet.subarray(payloadStart(packet));
    // Padding probes the line and belongs to no frame (RFC 3550 §5.1).
    if (payload.length === 0) return;
    const timestamp = packet.readUInt32BE(4);
    this.#first ??= timestamp;
    if (timestamp !== this.#first) this.startedWithKeyframe ??= false;
    if (timestamp === this.#latestKeyframe || !this.#starts(payload)) return;
    this.#latestKeyframe = timestamp;
    this.keyframes += 1;
    if (timestamp === this.#first) this.startedWithKeyframe = true;
  }
}

/** Behind the contributing sources and the header extension (RFC 3550 §5.1, §5.3.1). */
function payloadStart(packet: Buffer): number {
  const first = packet[0] ?? 0;
  const extension = 12 + 4 * (first & 0x0f);
  return (first & 0x10) === 0 ? extension : extension + 4 + 4 * packet.readUInt16BE(extension + 2);
}

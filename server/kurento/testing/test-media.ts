import { startsH264Keyframe } from '../../codecs/testing/h264-rtp.ts';
import { rtpPayload } from '../../codecs/testing/received-packets.ts';
import { startsVp8Keyframe, vp8KeyframeWidth } from '../../codecs/testing/vp8-rtp.ts';

/* The packets of a test peer: RTP that a media server accepts as real media, and the inspection of what comes back. */

/** One RTP stream (RFC 3550 §5.1). */
export type RtpStream = { payloadType: number; ssrc: number; sequenceNumber: number; timestamp: number };

/** Creates the packets of the next frame of `stream`, and advances its timestamp by `duration` clock ticks. */
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

/** 60 ms of silence in Opus, as three frames of the same size (RFC 6716 §3.2.5), like packets of the light sound. */
export function lightOpusPayload(): Buffer {
  return Buffer.from([0xfb, 3, 0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe]);
}

/** Whether RTP that arrived is of {@link lightOpusPayload}. */
export function isLightOpus(packet: Buffer): boolean {
  return ((rtpPayload(packet)[0] ?? 0) & 3) === 3;
}

/** RTP and RTCP share a port and are distinguished by the second byte (RFC 5761 §4). */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/**
 * Finds keyframes among the packets of one received stream. A media server may repacketize frames, and send parameter
 * sets before the picture, so this counts frames: the packets that share a timestamp.
 */
export class KeyframeLog {
  /** The number of frames that have begun. */
  frames = 0;
  /** The number of keyframes among them. */
  keyframes = 0;
  /** Whether the first frame was a keyframe; `null` until it is known to be one, or until a second frame begins. */
  startedWithKeyframe: boolean | null = null;
  /** The width of the last keyframe in pixels; `null` before the first one, and for H.264. */
  width: number | null = null;
  readonly #starts: (payload: Buffer) => boolean;
  #first: number | null = null;
  #latest: number | null = null;
  #latestKeyframe: number | null = null;

  constructor(codec: 'VP8' | 'H264') {
    this.#starts = codec === 'H264' ? startsH264Keyframe : startsVp8Keyframe;
  }

  /** @param packet RTP that arrived, whole */
  note(packet: Buffer): void {
    const payload = rtpPayload(packet);
    // Padding probes the network and belongs to no frame (RFC 3550 §5.1).
    if (payload.length === 0) return;
    const timestamp = packet.readUInt32BE(4);
    this.#first ??= timestamp;
    if (timestamp !== this.#latest) this.frames += 1;
    this.#latest = timestamp;
    if (timestamp !== this.#first) this.startedWithKeyframe ??= false;
    if (timestamp === this.#latestKeyframe || !this.#starts(payload)) return;
    this.#latestKeyframe = timestamp;
    if (this.#starts === startsVp8Keyframe) this.width = vp8KeyframeWidth(payload);
    this.keyframes += 1;
    if (timestamp === this.#first) this.startedWithKeyframe = true;
  }
}

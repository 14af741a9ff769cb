import type { CodecSetup, PayloadPart } from './payload-formats.ts';

/** Takes the VP8 payload descriptor off (RFC 7741 §4.2); `null` if the payload is cut short. */
export function readVp8Payload(payload: Buffer): PayloadPart | null {
  const first = payload[0] ?? 0;
  let offset = 1;
  if ((first & 0x80) !== 0) {
    const extensions = payload[offset] ?? 0;
    offset += 1;
    if ((extensions & 0x80) !== 0) offset += ((payload[offset] ?? 0) & 0x80) !== 0 ? 2 : 1;
    if ((extensions & 0x40) !== 0) offset += 1;
    if ((extensions & 0x30) !== 0) offset += 1;
  }
  if (offset >= payload.length) return null;
  const isFrameStart = (first & 0x10) !== 0 && (first & 0x07) === 0;
  return { bytes: payload.subarray(offset), isFrameStart };
}

/** The size in pixels that a VP8 keyframe states (RFC 6386 §9.1); `null` for any other frame. */
export function readVp8Setup(frame: Buffer): CodecSetup | null {
  if (frame.length < 10 || ((frame[0] ?? 1) & 0x01) !== 0) return null;
  if (frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a) return null;
  return { width: frame.readUInt16LE(6) & 0x3fff, height: frame.readUInt16LE(8) & 0x3fff, codecPrivate: null };
}

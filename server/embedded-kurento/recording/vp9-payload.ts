import { BitReader } from './bit-reader.ts';
import type { PayloadPart } from './payload-formats.ts';

/** Takes the VP9 payload descriptor off (RFC 9628 §4.2); `null` if the payload is cut short. */
export function readVp9Payload(payload: Buffer): PayloadPart | null {
  const first = payload[0] ?? 0;
  const has = (bit: number): boolean => (first & bit) !== 0;
  let offset = 1;
  if (has(0x80)) offset += ((payload[offset] ?? 0) & 0x80) !== 0 ? 2 : 1;
  let isBaseLayer = true;
  if (has(0x20)) {
    isBaseLayer = (((payload[offset] ?? 0) >> 1) & 0x07) === 0;
    // Without flexible mode the layer indices have a second byte, TL0PICIDX.
    offset += has(0x10) ? 1 : 2;
  }
  if (has(0x10) && has(0x40)) {
    // Up to three references; the lowest bit says that another follows.
    for (let references = 0; references < 3; references += 1) {
      const more = ((payload[offset] ?? 0) & 0x01) !== 0;
      offset += 1;
      if (!more) break;
    }
  }
  if (has(0x02)) offset = skipScalability(payload, offset);
  if (offset >= payload.length) return null;
  return { bytes: payload.subarray(offset), isFrameStart: has(0x08) && isBaseLayer };
}

/** Skips the scalability structure (RFC 9628 §4.2.1). */
function skipScalability(payload: Buffer, start: number): number {
  const head = payload[start] ?? 0;
  let offset = start + 1;
  if ((head & 0x10) !== 0) offset += 4 * ((head >> 5) + 1);
  if ((head & 0x08) !== 0) {
    const pictures = payload[offset] ?? 0;
    offset += 1;
    for (let picture = 0; picture < pictures; picture += 1) offset += 1 + (((payload[offset] ?? 0) >> 2) & 0x03);
  }
  return offset;
}

/** The size in pixels that a VP9 keyframe states (bitstream specification §6.2); `null` for any other frame. */
export function vp9KeyframeSize(frame: Buffer): { width: number; height: number } | null {
  const bits = new BitReader(frame);
  if (bits.bits(2) !== 2) return null;
  const profile = bits.bits(1) + 2 * bits.bits(1);
  if (profile === 3) bits.bits(1);
  const showsExisting = bits.flag();
  const isInter = bits.flag();
  if (showsExisting || isInter) return null;
  bits.bits(2);
  if (bits.bits(24) !== 0x498342) return null;
  if (profile >= 2) bits.bits(1);
  const isRgb = bits.bits(3) === 7;
  if (!isRgb) bits.bits(1);
  // Profiles 1 and 3 state their subsampling; RGB has none to state but a reserved bit.
  if (profile === 1 || profile === 3) bits.bits(isRgb ? 1 : 3);
  return { width: bits.bits(16) + 1, height: bits.bits(16) + 1 };
}

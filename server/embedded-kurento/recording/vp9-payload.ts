import { BitReader } from './bit-reader.ts';
import type { CodecSetup, PayloadPart } from './payload-formats.ts';

/** The largest picture of a level, in pixels, and the level times ten. */
const levels: readonly (readonly [pictureSize: number, level: number])[] = [
  [36_864, 10],
  [73_728, 11],
  [122_880, 20],
  [245_760, 21],
  [552_960, 30],
  [983_040, 31],
  [2_228_224, 41],
  [8_912_896, 51],
];
const highestLevel = 62;

/** Primaries, transfer and matrix (ITU-T H.273) of what VP9 calls a colour space, by its number. */
const unspecified = [2, 2, 2] as const;
const colorDescriptions: readonly (readonly [number, number, number])[] = [
  unspecified,
  [6, 6, 6],
  [1, 1, 1],
  [6, 6, 6],
  [7, 7, 7],
  [9, 14, 9],
  unspecified,
  [1, 13, 0],
];

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

/** What a VP9 keyframe states of itself (bitstream specification §6.2); `null` for any other frame. */
export function readVp9Setup(frame: Buffer): CodecSetup | null {
  const bits = new BitReader(frame);
  if (bits.bits(2) !== 2) return null;
  const profile = bits.bits(1) + 2 * bits.bits(1);
  if (profile === 3) bits.bits(1);
  const showsExisting = bits.flag();
  const isInter = bits.flag();
  if (showsExisting || isInter) return null;
  bits.bits(2);
  if (bits.bits(24) !== 0x498342) return null;
  const bitDepth = profile < 2 ? 8 : 10 + 2 * bits.bits(1);
  const colorSpace = bits.bits(3);
  const isRgb = colorSpace === 7;
  const isFullRange = isRgb || bits.flag();
  const subsampling = readSubsampling(bits, profile, isRgb);
  const size = { width: bits.bits(16) + 1, height: bits.bits(16) + 1 };
  const format = (bitDepth << 4) | (subsampling << 1) | (isFullRange ? 1 : 0);
  const color = colorDescriptions[colorSpace] ?? unspecified;
  const mp4Configuration = Buffer.from([profile, levelOf(size), format, ...color, 0, 0]);
  return { ...size, codecPrivate: null, mp4Configuration };
}

/** Profiles 1 and 3 state their subsampling; RGB has none to state but a reserved bit. Coded as `vpcC` does. */
function readSubsampling(bits: BitReader, profile: number, isRgb: boolean): number {
  const states = profile === 1 || profile === 3;
  if (isRgb) {
    if (states) bits.bits(1);
    return 3;
  }
  if (!states) return 1;
  const [isHalfWide, isHalfHigh] = [bits.flag(), bits.flag()];
  bits.bits(1);
  if (!isHalfWide) return isHalfHigh ? 4 : 3;
  return isHalfHigh ? 1 : 2;
}

/** The lowest level that allows such a picture, at rates that are usual: https://www.webmproject.org/vp9/levels/ */
function levelOf({ width, height }: { width: number; height: number }): number {
  return levels.find(([pictureSize]) => width * height <= pictureSize)?.[1] ?? highestLevel;
}

import { BitReader } from './bit-reader.ts';
import {
  type CodecSetup,
  cutEvenly,
  maxPayloadBytes,
  type Packetizer,
  type PayloadFormat,
  type PayloadPart,
  PictureIds,
  PictureNumbers,
  pictureFormat,
} from './rtp-payload.ts';

/*
 * VP9 in RTP: https://www.rfc-editor.org/rfc/rfc9628, and its frames: https://www.webmproject.org/vp9/
 */

/** The bits of the payload descriptor's first byte: https://www.rfc-editor.org/rfc/rfc9628#section-4.2 */
const hasPictureId = 0x80;
const isPredicted = 0x40;
const hasLayers = 0x20;
const isFlexible = 0x10;
const beginsFrame = 0x08;
const endsFrame = 0x04;
const hasStructure = 0x02;

/** The most that the packetizer writes before the picture: a descriptor with the scalability structure. */
const descriptorBytes = 8;

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

/** Primaries, transfer and matrix (ITU-T H.273) of VP9's colour spaces, by number. */
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

/** Whether the payload is not predicted from others, and starts the lowest layer. */
export function beginsVp9Keyframe(bytes: Buffer, offset: number): boolean {
  const first = bytes[offset];
  if (first === undefined || (first & isPredicted) !== 0 || (first & beginsFrame) === 0) return false;
  // A descriptor alone, without picture data after it, cannot be decoded.
  if (offset + 1 >= bytes.length) return false;
  if ((first & hasLayers) === 0) return true;
  let at = offset + 1;
  if ((first & hasPictureId) !== 0) at += ((bytes[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
  const layer = bytes[at];
  return layer !== undefined && ((layer >> 1) & 0x07) === 0;
}

/** PictureID and TL0PICIDX of a descriptor with a picture id; null if they are truncated. */
export function readVp9PictureNumbers(bytes: Buffer, offset: number, first: number): PictureNumbers | null {
  const idAt = offset + 1;
  const isLong = ((bytes[idAt] ?? 0) & 0x80) !== 0;
  const afterId = idAt + (isLong ? 2 : 1);
  // The layer indices include the base layer's number only in non-flexible mode, where pictures name no references.
  const baseAt = (first & hasLayers) !== 0 && (first & isFlexible) === 0 ? afterId + 1 : 0;
  return Math.max(afterId, baseAt + 1) > bytes.length ? null : new PictureNumbers(bytes, idAt, isLong, baseAt);
}

/** Removes the payload descriptor; `null` if the payload is truncated. */
export function readVp9Payload(payload: Buffer): PayloadPart | null {
  const first = payload[0] ?? 0;
  const has = (bit: number): boolean => (first & bit) !== 0;
  let offset = 1;
  if (has(hasPictureId)) offset += ((payload[offset] ?? 0) & 0x80) !== 0 ? 2 : 1;
  let isBaseLayer = true;
  if (has(hasLayers)) {
    isBaseLayer = (((payload[offset] ?? 0) >> 1) & 0x07) === 0;
    // Without flexible mode the layer indices have a second byte, TL0PICIDX.
    offset += has(isFlexible) ? 1 : 2;
  }
  if (has(isFlexible) && has(isPredicted)) {
    // Up to three references; the lowest bit means that another follows.
    for (let references = 0; references < 3; references += 1) {
      const more = ((payload[offset] ?? 0) & 0x01) !== 0;
      offset += 1;
      if (!more) break;
    }
  }
  if (has(hasStructure)) offset = skipScalability(payload, offset);
  if (offset >= payload.length) return null;
  return { bytes: payload.subarray(offset), isFrameStart: has(beginsFrame) && isBaseLayer };
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

/** The setup that a VP9 keyframe states (bitstream specification §6.2); `null` for any other frame. */
function readVp9Setup(frame: Buffer): CodecSetup | null {
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

/** Profiles 1 and 3 state their subsampling; RGB only has a reserved bit. Returns the code that `vpcC` uses. */
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

/** The lowest level that allows this picture size, at usual frame rates: https://www.webmproject.org/vp9/levels/ */
function levelOf({ width, height }: { width: number; height: number }): number {
  return levels.find(([pictureSize]) => width * height <= pictureSize)?.[1] ?? highestLevel;
}

/** The payload format of VP9. */
export const vp9Format: PayloadFormat = pictureFormat(readVp9Payload, readVp9Setup);

/** Without layers, in non-flexible mode: https://www.rfc-editor.org/rfc/rfc9628#section-4.2 */
export class Vp9Packetizer implements Packetizer {
  readonly #ids = new PictureIds();

  packetize(frame: Buffer): Buffer[] {
    if (frame.length === 0) return [];
    const id = this.#ids.next();
    const size = readVp9Setup(frame);
    const pieces = cutEvenly(frame, maxPayloadBytes - descriptorBytes);
    return pieces.map((piece, index) => {
      const structure = size !== null && index === 0 ? scalabilityStructure(size) : Buffer.alloc(0);
      const flags =
        hasPictureId |
        (size === null ? isPredicted : 0) |
        (index === 0 ? beginsFrame : 0) |
        (index === pieces.length - 1 ? endsFrame : 0) |
        (structure.length > 0 ? hasStructure : 0);
      return Buffer.concat([Buffer.from([flags]), id, structure, piece]);
    });
  }
}

/** One spatial layer of the given size, and no description of picture groups. */
function scalabilityStructure({ width, height }: { width: number; height: number }): Buffer {
  const structure = Buffer.alloc(5);
  structure[0] = 0x10;
  structure.writeUInt16BE(width & 0xffff, 1);
  structure.writeUInt16BE(height & 0xffff, 3);
  return structure;
}

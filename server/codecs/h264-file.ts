/* H.264 as files hold it: NAL units (ITU-T H.264) with their lengths before them (ISO/IEC 14496-15). */

/** Types of NAL units (ITU-T H.264 table 7-1). */
const nalSlice = 1;
/** The second and third partition of a slice (§7.3.2.9), which belong to the first one. */
const nalSliceB = 3;
const nalSliceC = 4;
export const nalIdr = 5;
const nalSei = 6;
export const nalSps = 7;
export const nalDelimiter = 9;

/** The type in a unit's first byte. */
export function unitType(first = 0): number {
  return first & 0x1f;
}

/** The description of a whole H.264 stream in a file. */
export type H264Setup = {
  /** Three bytes in hexadecimal, as in `profile-level-id`: https://www.rfc-editor.org/rfc/rfc6184#section-8.1 */
  readonly profileLevelId: string;
  /** The width of the length before each NAL unit, in bytes. */
  readonly lengthBytes: number;
  readonly parameterSets: readonly Buffer[];
};

/** Reads an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1); null if it is not one. */
export function readH264Setup(record: Buffer): H264Setup | null {
  if (record.length < 7 || record[0] !== 1) return null;
  const parameterSets: Buffer[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (record[at] ?? 0) & mask;
    at += 1;
    for (let index = 0; index < count; index += 1) {
      if (at + 2 > record.length) return null;
      const end = at + 2 + record.readUInt16BE(at);
      if (end > record.length) return null;
      parameterSets.push(record.subarray(at + 2, end));
      at = end;
    }
  }
  const profileLevelId = record.subarray(1, 4).toString('hex');
  return { profileLevelId, lengthBytes: nalLengthSize(record), parameterSets };
}

/** The bytes of each NAL unit's length, from an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3). */
export function nalLengthSize(configuration: Buffer): number {
  return ((configuration[4] ?? 3) & 3) + 1;
}

/**
 * A keyframe preceded by its parameter sets, unless it contains its own, as keyframes from browsers do. In a file of
 * several parts the container has only the first part's sets, and a player that seeks needs those of each part.
 */
export function withParameterSets(keyframe: Uint8Array, configuration: Buffer): Uint8Array {
  const lengthSize = nalLengthSize(configuration);
  if (hasSps(keyframe, lengthSize)) return keyframe;
  const units = (readH264Setup(configuration)?.parameterSets ?? []).flatMap((set) => [
    lengthBytes(set.length, lengthSize),
    set,
  ]);
  return Buffer.concat([...units, keyframe]);
}

function hasSps(frame: Uint8Array, lengthSize: number): boolean {
  for (const { unit } of unitsIn(frame, lengthSize)) if (unitType(unit[0]) === nalSps) return true;
  return false;
}

/** The units of a frame, each from its first byte on and beyond its end, with where its length begins. */
function* unitsIn(frame: Uint8Array, lengthSize: number): Generator<{ at: number; unit: Buffer }> {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  for (let at = 0; at + lengthSize < bytes.length; at += lengthSize + bytes.readUIntBE(at, lengthSize)) {
    yield { at, unit: bytes.subarray(at + lengthSize) };
  }
}

/** A frame of a track, alone in its packet. */
export type H264Frame = { data: Uint8Array; isKeyframe: boolean };

/**
 * The frames in a packet of a file: one, unless a recorder put several together, as Kurento's does after the last RTP
 * packet of a frame was lost. Decoders see only the first of several, and cannot show what follows.
 * @param configuration the AVCDecoderConfigurationRecord of the track
 */
export function framesIn(packet: Uint8Array, configuration: Buffer): H264Frame[] {
  const frames: H264Frame[] = [];
  let [begin, hasPicture, isKeyframe] = [0, false, false];
  const end = (at: number) => {
    frames.push({ data: packet.subarray(begin, at), isKeyframe });
    [begin, hasPicture, isKeyframe] = [at, false, false];
  };
  for (const { at, unit } of unitsIn(packet, nalLengthSize(configuration))) {
    if (hasPicture && beginsPicture(unit)) end(at);
    hasPicture ||= isSlice(unit);
    isKeyframe ||= unitType(unit[0]) === nalIdr;
  }
  end(packet.length);
  return frames;
}

function isSlice(unit: Buffer): boolean {
  const type = unitType(unit[0]);
  return type >= nalSlice && type <= nalIdr;
}

/**
 * Whether a unit after the slices of a picture belongs to the next one (ITU-T H.264 §7.4.1.2.3). A slice does if it
 * begins with macroblock 0, which is written as a single 1 bit.
 */
function beginsPicture(unit: Buffer): boolean {
  const type = unitType(unit[0]);
  if (isSlice(unit)) return type !== nalSliceB && type !== nalSliceC && ((unit[1] ?? 0) & 0x80) !== 0;
  return type >= nalSei && type <= nalDelimiter;
}

/** The length of a unit, as it is written before it in so many bytes. */
export function lengthBytes(length: number, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(length, 0, width);
  return bytes;
}

import { cutEvenly, MAX_PAYLOAD_BYTES, type Packetizer } from './packetizer.ts';

const NAL_IDR = 5;
const NAL_SPS = 7;
const NAL_PPS = 8;
const NAL_DELIMITER = 9;
const NAL_FILLER = 12;
const NAL_STAP_A = 24;
const NAL_FU_A = 28;
const MAX_UNIT_TYPE = 23;

/** What a file says of its H.264 stream as a whole. */
export type H264Setup = {
  /** Three bytes in hexadecimal, as `profile-level-id` has them: https://www.rfc-editor.org/rfc/rfc6184#section-8.1 */
  readonly profileLevelId: string;
  /** How many bytes tell the length of a NAL unit. */
  readonly lengthBytes: number;
  readonly parameterSets: readonly Buffer[];
};

/** Reads an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1); null when it is none. */
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
  return { profileLevelId, lengthBytes: ((record[4] ?? 0) & 0x03) + 1, parameterSets };
}

/** H.264 in RTP, non-interleaved: https://www.rfc-editor.org/rfc/rfc6184#section-5 */
export class H264Packetizer implements Packetizer {
  readonly #setup: H264Setup;

  constructor(setup: H264Setup) {
    this.#setup = setup;
  }

  packetize(frame: Buffer): Buffer[] {
    const units = splitUnits(frame, this.#setup.lengthBytes);
    if (units.some(isOf(NAL_IDR)) && !units.some(isOf(NAL_SPS))) {
      // Files keep parameter sets aside; whoever begins at this keyframe needs them.
      units.unshift(...this.#setup.parameterSets);
    }
    const sets = units.filter((unit) => isOf(NAL_SPS)(unit) || isOf(NAL_PPS)(unit));
    const others = units.filter((unit) => !sets.includes(unit));
    return [...aggregate(sets), ...others.flatMap(fragment)];
  }
}

function isOf(type: number): (unit: Buffer) => boolean {
  return (unit) => unitType(unit) === type;
}

function unitType(unit: Buffer): number {
  return (unit[0] ?? 0) & 0x1f;
}

/** What is cut short is left out, and so is what only fills. */
function splitUnits(frame: Buffer, lengthBytes: number): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at + lengthBytes < frame.length; ) {
    const start = at + lengthBytes;
    const end = start + frame.readUIntBE(at, lengthBytes);
    if (end > frame.length) break;
    const unit = frame.subarray(start, end);
    const type = unitType(unit);
    const isMeant = type > 0 && type <= MAX_UNIT_TYPE && type !== NAL_DELIMITER && type !== NAL_FILLER;
    if (unit.length > 0 && isMeant) units.push(unit);
    at = end;
  }
  return units;
}

/** Several units in one packet where they fit: https://www.rfc-editor.org/rfc/rfc6184#section-5.7.1 */
function aggregate(units: readonly Buffer[]): Buffer[] {
  const bytes = units.reduce((sum, unit) => sum + 2 + unit.length, 1);
  if (units.length < 2 || bytes > MAX_PAYLOAD_BYTES) return units.flatMap(fragment);
  const importance = Math.max(...units.map((unit) => (unit[0] ?? 0) & 0x60));
  const parts = units.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]);
  return [Buffer.concat([Buffer.from([importance | NAL_STAP_A]), ...parts])];
}

/** A unit in one packet, or in as many as it takes: https://www.rfc-editor.org/rfc/rfc6184#section-5.8 */
function fragment(unit: Buffer): Buffer[] {
  if (unit.length <= MAX_PAYLOAD_BYTES) return [unit];
  const indicator = ((unit[0] ?? 0) & 0xe0) | NAL_FU_A;
  const pieces = cutEvenly(unit.subarray(1), MAX_PAYLOAD_BYTES - 2);
  return pieces.map((piece, index) => {
    const edge = index === 0 ? 0x80 : index === pieces.length - 1 ? 0x40 : 0;
    return Buffer.concat([Buffer.from([indicator, edge | unitType(unit)]), piece]);
  });
}

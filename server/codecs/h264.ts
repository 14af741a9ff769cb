import { BitReader } from './bit-reader.ts';
import { type H264Setup, lengthBytes, nalDelimiter, nalIdr, nalSps, unitType } from './h264-file.ts';
import { type CodecSetup, cutEvenly, maxPayloadBytes, type Packetizer, type PayloadFormat } from './rtp-payload.ts';

/*
 * H.264 in RTP: https://www.rfc-editor.org/rfc/rfc6184, and its NAL units (ITU-T H.264).
 */

/** Types of NAL units (ITU-T H.264 table 7-1), and of RTP payloads with several or a part of one (RFC 6184 §5.2). */
const nalPps = 8;
const nalFiller = 12;
const maxUnitType = 23;
const nalStapA = 24;
const nalFuA = 28;

function isKeyNal(type: number): boolean {
  return type === nalIdr || type === nalSps;
}

/** https://www.rfc-editor.org/rfc/rfc6184#section-5.4: single NAL units, STAP-A (§5.7.1) and FU-A (§5.8). */
export function beginsH264Keyframe(bytes: Buffer, offset: number): boolean {
  const type = (bytes[offset] ?? 0) & 0x1f;
  if (type === nalStapA) {
    let at = offset + 1;
    while (at + 2 < bytes.length) {
      if (isKeyNal((bytes[at + 2] ?? 0) & 0x1f)) return true;
      at += 2 + bytes.readUInt16BE(at);
    }
    return false;
  }
  if (type === nalFuA) {
    const header = bytes[offset + 1] ?? 0;
    return (header & 0x80) !== 0 && isKeyNal(header & 0x1f);
  }
  return isKeyNal(type);
}

const profilesWithChroma: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/** From H.264 in RTP (RFC 6184) to frames with length-prefixed NAL units, as in Matroska. */
export function createH264Format(): PayloadFormat {
  let sps: Buffer | null = null;
  let pps: Buffer | null = null;

  const setup = (): CodecSetup | null =>
    sps === null || pps === null ? null : { ...h264Size(sps), codecPrivate: decoderConfiguration(sps, pps) };

  return {
    isFramePerPacket: false,
    read: (payload) => {
      const type = unitType(payload[0]);
      if (payload.length < 2 || type === 0 || (type > nalStapA && type !== nalFuA)) return null;
      const continues = type === nalFuA && ((payload[1] ?? 0) & 0x80) === 0;
      return { bytes: payload, isFrameStart: !continues };
    },
    assemble: (parts) => {
      const units = joinNalUnits(parts);
      if (units === null) return null;
      for (const unit of units) {
        if (unitType(unit[0]) === nalSps) sps = unit;
        if (unitType(unit[0]) === nalPps) pps = unit;
      }
      const pictures = units.filter((unit) => unitType(unit[0]) !== nalDelimiter);
      const isIdr = pictures.some((unit) => unitType(unit[0]) === nalIdr);
      const known = isIdr ? setup() : null;
      if (pictures.length === 0 || (isIdr && known === null)) return null;
      const data = Buffer.concat(pictures.flatMap((unit) => [lengthBytes(unit.length, 4), unit]));
      return { data, isKeyframe: isIdr, setup: known };
    },
  };
}

/** Undoes aggregation and fragmentation (RFC 6184 §5.7, §5.8); `null` if a piece is missing. */
function joinNalUnits(payloads: readonly Buffer[]): Buffer[] | null {
  const units: Buffer[] = [];
  let fragments: Buffer[] = [];
  for (const payload of payloads) {
    const indicator = payload[0] ?? 0;
    const type = unitType(indicator);
    if (type === nalStapA) {
      for (let offset = 1; offset + 2 <= payload.length; ) {
        const length = payload.readUInt16BE(offset);
        offset += 2;
        if (length === 0 || offset + length > payload.length) return null;
        units.push(payload.subarray(offset, offset + length));
        offset += length;
      }
    } else if (type === nalFuA) {
      const header = payload[1] ?? 0;
      if ((header & 0x80) !== 0) fragments = [Buffer.from([(indicator & 0xe0) | unitType(header)])];
      else if (fragments.length === 0) return null;
      fragments.push(payload.subarray(2));
      if ((header & 0x40) !== 0) {
        units.push(Buffer.concat(fragments));
        fragments = [];
      }
    } else {
      units.push(payload);
    }
  }
  return fragments.length === 0 ? units : null;
}

/** The AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1), which Matroska stores as CodecPrivate. */
function decoderConfiguration(sps: Buffer, pps: Buffer): Buffer {
  const head = Buffer.from([1, sps[1] ?? 0, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1]);
  const sets = [lengthBytes(sps.length, 2), sps, Buffer.from([1]), lengthBytes(pps.length, 2), pps];
  // The high profiles append their chroma format and bit depths; WebRTC always uses 4:2:0 with 8 bits.
  const hasChroma = [100, 110, 122, 144].includes(sps[1] ?? 0);
  return Buffer.concat([head, ...sets, hasChroma ? Buffer.from([0xfd, 0xf8, 0xf8, 0]) : Buffer.alloc(0)]);
}

/** The size in pixels that a sequence parameter set states (ITU-T H.264 §7.3.2.1.1). */
export function h264Size(sps: Buffer): { width: number; height: number } {
  const bits = new BitReader(withoutEmulation(sps.subarray(1)));
  const profile = bits.bits(8);
  bits.bits(16);
  bits.unsignedGolomb();
  const chroma = profilesWithChroma.includes(profile) ? readChroma(bits) : 1;
  bits.unsignedGolomb();
  const orderType = bits.unsignedGolomb();
  if (orderType === 0) bits.unsignedGolomb();
  if (orderType === 1) {
    bits.bits(1);
    bits.signedGolomb();
    bits.signedGolomb();
    for (let left = Math.min(255, bits.unsignedGolomb()); left > 0; left -= 1) bits.signedGolomb();
  }
  bits.unsignedGolomb();
  bits.bits(1);
  const widthInBlocks = bits.unsignedGolomb() + 1;
  const heightInUnits = bits.unsignedGolomb() + 1;
  const isFrameOnly = bits.flag();
  if (!isFrameOnly) bits.bits(1);
  bits.bits(1);
  const crop = bits.flag() ? [0, 1, 2, 3].map(() => bits.unsignedGolomb()) : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const fields = isFrameOnly ? 1 : 2;
  const stepX = chroma === 1 || chroma === 2 ? 2 : 1;
  const stepY = (chroma === 1 ? 2 : 1) * fields;
  return {
    width: widthInBlocks * 16 - stepX * (left + right),
    height: heightInUnits * 16 * fields - stepY * (top + bottom),
  };
}

function readChroma(bits: BitReader): number {
  const chroma = bits.unsignedGolomb();
  if (chroma === 3) bits.bits(1);
  bits.unsignedGolomb();
  bits.unsignedGolomb();
  bits.bits(1);
  if (bits.flag()) {
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) {
      if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return chroma;
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  for (let left = size; left > 0 && last !== 0; left -= 1) last = (last + bits.signedGolomb() + 256) % 256;
}

/** Removes the emulation prevention bytes, which keep start codes from appearing by chance (ITU-T H.264 §7.4.1). */
function withoutEmulation(bytes: Buffer): Buffer {
  return Buffer.from(bytes.filter((byte, i) => !(byte === 3 && i >= 2 && bytes[i - 1] === 0 && bytes[i - 2] === 0)));
}

/** H.264 in RTP, non-interleaved: https://www.rfc-editor.org/rfc/rfc6184#section-5 */
export class H264Packetizer implements Packetizer {
  readonly #setup: H264Setup;

  constructor(setup: H264Setup) {
    this.#setup = setup;
  }

  packetize(frame: Buffer): Buffer[] {
    const units = splitUnits(frame, this.#setup.lengthBytes);
    if (units.some(isOf(nalIdr)) && !units.some(isOf(nalSps))) {
      // Files store parameter sets separately, but a decoder that starts at this keyframe needs them.
      units.unshift(...this.#setup.parameterSets);
    }
    const sets = units.filter((unit) => isOf(nalSps)(unit) || isOf(nalPps)(unit));
    const others = units.filter((unit) => !sets.includes(unit));
    return [...aggregate(sets), ...others.flatMap(fragment)];
  }
}

function isOf(type: number): (unit: Buffer) => boolean {
  return (unit) => unitType(unit[0]) === type;
}

/** Splits a frame into units. Truncated units are left out, and so are fillers. */
function splitUnits(frame: Buffer, lengthBytes: number): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at + lengthBytes < frame.length; ) {
    const start = at + lengthBytes;
    const end = start + frame.readUIntBE(at, lengthBytes);
    if (end > frame.length) break;
    const unit = frame.subarray(start, end);
    const type = unitType(unit[0]);
    const isMeant = type > 0 && type <= maxUnitType && type !== nalDelimiter && type !== nalFiller;
    if (unit.length > 0 && isMeant) units.push(unit);
    at = end;
  }
  return units;
}

/** Several units in one packet where they fit: https://www.rfc-editor.org/rfc/rfc6184#section-5.7.1 */
function aggregate(units: readonly Buffer[]): Buffer[] {
  const bytes = units.reduce((sum, unit) => sum + 2 + unit.length, 1);
  if (units.length < 2 || bytes > maxPayloadBytes) return units.flatMap(fragment);
  const importance = Math.max(...units.map((unit) => (unit[0] ?? 0) & 0x60));
  const parts = units.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]);
  return [Buffer.concat([Buffer.from([importance | nalStapA]), ...parts])];
}

/** A unit in one packet, or in as many fragments as needed: https://www.rfc-editor.org/rfc/rfc6184#section-5.8 */
function fragment(unit: Buffer): Buffer[] {
  if (unit.length <= maxPayloadBytes) return [unit];
  const indicator = ((unit[0] ?? 0) & 0xe0) | nalFuA;
  const pieces = cutEvenly(unit.subarray(1), maxPayloadBytes - 2);
  return pieces.map((piece, index) => {
    const edge = index === 0 ? 0x80 : index === pieces.length - 1 ? 0x40 : 0;
    return Buffer.concat([Buffer.from([indicator, edge | unitType(unit[0])]), piece]);
  });
}

import { BitReader } from './bit-reader.ts';
import type { CodecSetup, PayloadFormat } from './payload-formats.ts';

const nal = { idr: 5, sps: 7, pps: 8, accessUnitDelimiter: 9, stapA: 24, fuA: 28 } as const;
const profilesWithChroma: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/** H.264 in RTP (RFC 6184), to frames with NAL units behind their lengths, as Matroska holds them. */
export function createH264Format(): PayloadFormat {
  let sps: Buffer | null = null;
  let pps: Buffer | null = null;

  const setup = (): CodecSetup | null =>
    sps === null || pps === null ? null : { ...h264Size(sps), codecPrivate: decoderConfiguration(sps, pps) };

  return {
    isFramePerPacket: false,
    read: (payload) => {
      const type = (payload[0] ?? 0) & 0x1f;
      if (payload.length < 2 || type === 0 || (type > nal.stapA && type !== nal.fuA)) return null;
      const continues = type === nal.fuA && ((payload[1] ?? 0) & 0x80) === 0;
      return { bytes: payload, isFrameStart: !continues };
    },
    assemble: (parts) => {
      const units = joinNalUnits(parts);
      if (units === null) return null;
      for (const unit of units) {
        if (nalType(unit) === nal.sps) sps = unit;
        if (nalType(unit) === nal.pps) pps = unit;
      }
      const pictures = units.filter((unit) => nalType(unit) !== nal.accessUnitDelimiter);
      const isIdr = pictures.some((unit) => nalType(unit) === nal.idr);
      const known = isIdr ? setup() : null;
      if (pictures.length === 0 || (isIdr && known === null)) return null;
      const data = Buffer.concat(pictures.flatMap((unit) => [lengthBytes(unit.length, 4), unit]));
      return { data, isKeyframe: isIdr, setup: known };
    },
  };
}

/** Undoes aggregation and fragmentation (RFC 6184 §5.7, §5.8); `null` when a piece is missing. */
function joinNalUnits(payloads: readonly Buffer[]): Buffer[] | null {
  const units: Buffer[] = [];
  let fragments: Buffer[] = [];
  for (const payload of payloads) {
    const indicator = payload[0] ?? 0;
    const type = indicator & 0x1f;
    if (type === nal.stapA) {
      for (let offset = 1; offset + 2 <= payload.length; ) {
        const length = payload.readUInt16BE(offset);
        offset += 2;
        if (length === 0 || offset + length > payload.length) return null;
        units.push(payload.subarray(offset, offset + length));
        offset += length;
      }
    } else if (type === nal.fuA) {
      const header = payload[1] ?? 0;
      if ((header & 0x80) !== 0) fragments = [Buffer.from([(indicator & 0xe0) | (header & 0x1f)])];
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

/** The AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1) that Matroska keeps as CodecPrivate. */
function decoderConfiguration(sps: Buffer, pps: Buffer): Buffer {
  const head = Buffer.from([1, sps[1] ?? 0, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1]);
  const sets = [lengthBytes(sps.length, 2), sps, Buffer.from([1]), lengthBytes(pps.length, 2), pps];
  // The high profiles append their chroma format and bit depths; WebRTC only ever has 4:2:0 with 8 bits.
  const hasChroma = [100, 110, 122, 144].includes(sps[1] ?? 0);
  return Buffer.concat([head, ...sets, hasChroma ? Buffer.from([0xfd, 0xf8, 0xf8, 0]) : Buffer.alloc(0)]);
}

/** The size in pixels of a sequence parameter set (ITU-T H.264 §7.3.2.1.1). */
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

/** Takes out the bytes that keep start codes from appearing by chance (ITU-T H.264 §7.4.1). */
function withoutEmulation(bytes: Buffer): Buffer {
  return Buffer.from(bytes.filter((byte, i) => !(byte === 3 && i >= 2 && bytes[i - 1] === 0 && bytes[i - 2] === 0)));
}

function nalType(unit: Buffer): number {
  return (unit[0] ?? 0) & 0x1f;
}

function lengthBytes(length: number, width: 2 | 4): Buffer {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(length, 0, width);
  return bytes;
}

/*
 * For tests: H.264 as a browser sends it, but for the picture itself, which is noise.
 */

/** A picture parameter set. */
export const testPps = Buffer.from([0x68, 0xce, 0x38, 0x80]);

/** A sequence parameter set of the baseline profile, with the cropping that its size needs. */
export function spsOf(width: number, height: number): Buffer {
  const rows = Math.ceil(height / 16);
  const cropped = `1${golomb(0)}${golomb(0)}${golomb(0)}${golomb((rows * 16 - height) / 2)}`;
  const size = `${golomb(width / 16 - 1)}${golomb(rows - 1)}`;
  const bits = `${golomb(0)}${golomb(0)}${golomb(2)}${golomb(1)}0${size}11${cropped}01`;
  return Buffer.concat([Buffer.from([0x67, 66, 0xe0, 31]), fromBits(bits)]);
}

/**
 * A frame in one packet (RFC 6184): a keyframe is aggregated with its parameter sets (§5.7.1), others are single
 * units (§5.6). In the file, where each unit has its length before it, `mark` stands at byte 100.
 */
export function h264Packet(isKeyframe: boolean, mark: number, size = { width: 640, height: 360 }): Buffer {
  const slice = Buffer.alloc(800, 0x5a);
  slice[0] = isKeyframe ? 0x65 : 0x41;
  const sets = isKeyframe ? [spsOf(size.width, size.height), testPps] : [];
  const before = sets.reduce((sum, set) => sum + 4 + set.length, 4);
  slice.writeUInt32BE(mark, 100 - before);
  if (!isKeyframe) return slice;
  const lengths = [...sets, slice].flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]);
  return Buffer.concat([Buffer.from([0x78]), ...lengths]);
}

/** Bits as a text of zeros and ones, in whole bytes. */
export function fromBits(bits: string): Buffer {
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

function golomb(value: number): string {
  const code = (value + 1).toString(2);
  return '0'.repeat(code.length - 1) + code;
}

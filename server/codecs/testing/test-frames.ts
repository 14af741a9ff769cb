import { concealGap } from '../opus.ts';

/*
 * For tests: H.264 as a browser sends it, except that the picture itself is noise.
 */

/** A picture parameter set. */
export const testPps = Buffer.from([0x68, 0xce, 0x38, 0x80]);

/** A sequence parameter set of the baseline profile, with the cropping that its size requires. */
export function spsOf(width: number, height: number): Buffer {
  const rows = Math.ceil(height / 16);
  const cropped = `1${golomb(0)}${golomb(0)}${golomb(0)}${golomb((rows * 16 - height) / 2)}`;
  const size = `${golomb(width / 16 - 1)}${golomb(rows - 1)}`;
  const bits = `${golomb(0)}${golomb(0)}${golomb(2)}${golomb(1)}0${size}11${cropped}01`;
  return Buffer.concat([Buffer.from([0x67, 66, 0xe0, 31]), fromBits(bits)]);
}

/**
 * A frame in one packet (RFC 6184): a keyframe is aggregated with its parameter sets (§5.7.1), others are single
 * units (§5.6). In the file, where each unit is preceded by its length, `mark` is at byte 100.
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

/*
 * For tests: AV1 and VP9 as a browser sends them, except that the picture itself is noise.
 */

/** The content of a sequence header of the main profile (AV1 §5.5). */
export function av1SequenceOf(width: number, height: number): Buffer {
  const operatingPoint = `0000000${'0'.repeat(12)}01000${'0'}`;
  const size = `11111111${word(width - 1)}${word(height - 1)}`;
  // No tools except those that each frame chooses; 4:2:0 with 8 bits; the trailing bit.
  return fromBits(`00000${operatingPoint}${size}0000000011000000000000${'01'}`);
}

/**
 * A temporal unit in one packet (AV1 RTP §4.4): a keyframe is aggregated with its sequence header. In the file, where
 * each OBU has its size, `mark` is at byte 100.
 */
export function av1Packet(isKeyframe: boolean, mark: number, size = { width: 640, height: 360 }): Buffer {
  const picture = Buffer.alloc(800, 0x5a);
  picture[0] = isKeyframe ? 0x10 : 0x30;
  const sequence = Buffer.concat([Buffer.from([0x08]), av1SequenceOf(size.width, size.height)]);
  const before = isKeyframe ? sequence.length + 1 : 0;
  picture.writeUInt32BE(mark, 100 - before - 3);
  const frame = Buffer.concat([Buffer.from([0x30]), picture]);
  if (!isKeyframe) return Buffer.concat([Buffer.from([0x10]), frame]);
  return Buffer.concat([Buffer.from([0x28, sequence.length]), sequence, frame]);
}

/** A frame of VP9 in one packet (RFC 9628), with `mark` at byte 100 of the frame. */
export function vp9Packet(isKeyframe: boolean, mark: number, size = { width: 640, height: 360 }): Buffer {
  const frame = Buffer.alloc(800, 0x5a);
  // Frame marker, profile 0, a frame that is shown; then the sync code, BT.601 in studio range, and the size.
  const key = `10000010${(0x498342).toString(2).padStart(24, '0')}0010${word(size.width - 1)}${word(size.height - 1)}`;
  frame.set(isKeyframe ? fromBits(key) : [0x86]);
  frame.writeUInt32BE(mark, 100);
  return Buffer.concat([Buffer.from([isKeyframe ? 0x0c : 0x4c]), frame]);
}

function word(value: number): string {
  return value.toString(2).padStart(16, '0');
}

/*
 * For tests: the beginnings of frames as stored in files, and sound.
 */

/** A frame with the header of VP8 (RFC 6386 §9.1), filled up to `length` bytes with `fill`. */
export function vp8Frame(isKeyframe: boolean, fill = 7, length = 2000, width = 640, height = 360): Buffer {
  const frame = Buffer.alloc(length, fill);
  frame[0] = isKeyframe ? 0x10 : 0x11;
  if (isKeyframe) {
    frame.set([0x9d, 0x01, 0x2a], 3);
    frame.writeUInt16LE(width, 6);
    frame.writeUInt16LE(height, 8);
  }
  return frame;
}

/** An Opus packet of 20 ms by its first byte (CELT, one frame), identified by `mark`. */
export function opusPacket(mark: number): Buffer {
  return Buffer.from([0xf8, mark & 0xff, mark >> 8, 1, 2, 3]);
}

/** The recorder's packets of silence, of each length. */
const silences = [1, 2, 3, 4, 5, 6].flatMap((frames) => {
  const [last] = [...concealGap(Buffer.from([0xf8]), 100 + 20 * frames)].slice(-1);
  return last === undefined ? [] : [last.data];
});

/** Whether a packet looks like those that the recorder inserts for lost sound; those of a muted sender do, too. */
export function isConcealment(packet: Uint8Array): boolean {
  return packet.length === 1 || silences.some((made) => made.equals(packet));
}

/** An AVCDecoderConfigurationRecord with one set of each kind. */
export function avcRecord(): Buffer {
  const sps = spsOf(640, 360);
  const head = Buffer.from([1, 66, 0xe0, 31, 0xff, 0xe1, 0, sps.length]);
  return Buffer.concat([head, sps, Buffer.from([1, 0, testPps.length]), testPps]);
}

/** One slice preceded by its length, as stored in files. */
export function h264Frame(isKeyframe: boolean, length = 2000): Buffer {
  const frame = Buffer.alloc(length, 0x5a);
  frame.writeUInt32BE(length - 4, 0);
  frame[4] = isKeyframe ? 0x65 : 0x41;
  return frame;
}

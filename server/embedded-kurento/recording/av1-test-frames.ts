import { fromBits } from './h264-test-frames.ts';

/*
 * For tests: AV1 and VP9 as a browser sends them, but for the picture itself, which is noise.
 */

/** The content of a sequence header of the main profile (AV1 §5.5). */
export function av1SequenceOf(width: number, height: number): Buffer {
  const operatingPoint = `0000000${'0'.repeat(12)}01000${'0'}`;
  const size = `11111111${word(width - 1)}${word(height - 1)}`;
  // No tools but those that each frame chooses; 4:2:0 with 8 bits; a bit that ends it.
  return fromBits(`00000${operatingPoint}${size}0000000011000000000000${'01'}`);
}

/**
 * A temporal unit in one packet (AV1 RTP §4.4): a keyframe is aggregated with its sequence header. In the file, where
 * each OBU has its size, `mark` stands at byte 100.
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

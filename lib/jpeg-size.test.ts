import { describe, expect, it } from 'vitest';
import { jpegSize } from './jpeg-size.ts';
import { jpegOf } from './testing/jpeg.ts';

describe('the size of a JPEG', () => {
  it('is that of its frame header, not of what only looks like one', () => {
    expect(jpegSize(jpegOf(320, 180))).toEqual({ width: 320, height: 180 });
    expect(jpegSize(jpegOf(65_535, 1))).toEqual({ width: 65_535, height: 1 });
  });

  it('is read from a part of a larger buffer', () => {
    const buffer = Buffer.concat([Buffer.alloc(7), jpegOf(320, 180), Buffer.alloc(9)]);
    expect(jpegSize(buffer.subarray(7, 207))).toEqual({ width: 320, height: 180 });
  });

  it('is unknown for anything else, and for a JPEG that breaks off', () => {
    const whole = jpegOf(320, 180);
    for (const length of [0, 1, 3, 4, 15, 20]) expect(jpegSize(whole.subarray(0, length))).toBeNull();
    expect(jpegSize(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBeNull();
    expect(jpegSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xda, ...whole.subarray(2)]))).toBeNull();
    expect(jpegSize(jpegOf(0, 180))).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { mixWithout, SoundTrack } from './sound-track.ts';

/** Pairs of the same value. */
function sound(count: number, value: number): Buffer {
  return Buffer.from(Int16Array.from({ length: count * 2 }, () => value).buffer);
}

const start = 1_790_000_000_000 * 48;

describe('a track of sound', () => {
  it('R187: gives sound at its time, and silence where there is none', () => {
    const track = new SoundTrack();
    track.write(sound(10, 7), start + 5, start);
    expect([...track.read(start, 20)].filter((_, index) => index % 2 === 0)).toEqual([
      ...new Array(5).fill(0),
      ...new Array(10).fill(7),
      ...new Array(5).fill(0),
    ]);
    expect([...track.read(start + 48_000, 20)].every((sample) => sample === 0)).toBe(true);
  });

  it('R187: joins sound that nearly follows, without a click', () => {
    const track = new SoundTrack();
    track.write(sound(960, 1), start, start);
    track.write(sound(960, 2), start + 960 + 300, start);
    expect([...track.read(start + 958, 4)]).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it('R187: leaves out what comes too late, and what is far ahead', () => {
    const track = new SoundTrack();
    track.write(sound(10, 9), start, start + 4);
    expect([...track.read(start + 4, 6)]).toEqual(new Array(12).fill(9));
    expect([...track.read(start + 48_000, 4)]).toEqual(new Array(8).fill(0));
    track.write(sound(10, 9), start + 200_000, start + 10);
    expect([...track.read(start + 200_000, 10)]).toEqual(new Array(20).fill(0));
  });

  it('R187: is mixed without one of them, and cut when it is too loud', () => {
    const total = Int32Array.from([30_000, 40_000, -40_000]);
    expect(new Int16Array(new Uint8Array(mixWithout(total, Int16Array.from([10_000, 0, 0]))).buffer)).toEqual(
      Int16Array.from([20_000, 32_767, -32_768]),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { concealGap, opusDurationMs } from './opus.ts';
import { isConcealment, opusPacket } from './testing/test-frames.ts';

/** By their first bytes: a stereo Opus packet of 20 ms; one of 2.5 ms; three frames of 20 ms in one packet. */
const [stereo, short, long] = [Buffer.from([0xfc, 1, 2]), Buffer.from([0xe0, 1]), Buffer.from([0xfb, 3, 1, 2, 3])];

describe('lost sound', () => {
  test.each([
    ['a lost packet', stereo, 20, [[0xfc]], 20],
    ['several lost packets', stereo, 60, [[0xfc], [0xfc], [0xfc]], 60],
    ['less than a frame', stereo, 19, [], 0],
    ['short frames', short, 6, [[0xe0], [0xe0]], 5],
    ['packets of several frames', long, 60, [[0xf8], [0xf8], [0xf8]], 60],
  ])('R73: is concealed by the decoder for %s', (_name, before, gapMs, packets, filledMs) => {
    const made = [...concealGap(before, gapMs)];
    expect(made.map(({ data }) => [...data])).toEqual(packets);
    expect(made.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(filledMs);
  });

  test('R73: becomes silence if the gap is long, in packets that state their own duration', () => {
    const made = [...concealGap(stereo, 1000)];
    expect(made.filter(({ data }) => data.length === 1)).toHaveLength(5);
    expect(made.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(1000);
    expect(made.every(({ data, durationMs }) => opusDurationMs(data) === durationMs)).toBe(true);
    // An hour takes no more packets than Opus requires.
    expect([...concealGap(stereo, 3_600_000)].length).toBeLessThan(30_010);
  });

  test('can be distinguished from the packets that tests send', () => {
    expect([...concealGap(stereo, 3000)].every(({ data }) => isConcealment(data))).toBe(true);
    expect([stereo, long, opusPacket(0), opusPacket(0xfeff)].some(isConcealment)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { randomNumbers, streamStart, testSeed } from '../testing/test-seed.ts';
import { RtpClock } from './rtp-clock.ts';

const hourMs = 3_600_000;

describe(`the clock of an RTP stream (FUZZ_SEED=${testSeed})`, () => {
  const { timestamp } = streamStart('recorded');
  const at = (ms: number): number => (timestamp + ms * 90) % 2 ** 32;

  it('R71, R130: goes on through the wrap-around, with jitter and late packets', () => {
    const random = randomNumbers(testSeed);
    const clock = new RtpClock(1, 90_000, at(0));
    for (let ms = 0; ms < 15 * hourMs; ms += 20_000) {
      expect(clock.observe(at(ms), ms + random() * 300)).toBeCloseTo(ms, 3);
      if (ms > 0) expect(clock.toMs(at(ms - 500))).toBeCloseTo(ms - 500, 3);
    }
  });

  it.each([5, 7, 13, 20, 30])('R72, R130: knows how much time has passed after %d h without a packet', (hours) => {
    const clock = new RtpClock(1, 90_000, at(0));
    clock.observe(at(0), 40);
    const ms = hours * hourMs;
    expect(clock.observe(at(ms), ms + 70)).toBeCloseTo(ms, 3);
    expect(clock.observe(at(ms + 40), ms + 100)).toBeCloseTo(ms + 40, 3);
  });
});

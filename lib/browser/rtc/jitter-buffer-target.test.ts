import { expect, test } from 'vitest';
import { JitterBufferTarget } from './jitter-buffer-target.ts';

const looks = (delay: JitterBufferTarget, fromMs: number, nacks: number[], roundTripMs = 80) => {
  let nackCount = 0;
  return nacks.map((count, index) => {
    nackCount += count;
    return delay.update({ nackCount, roundTripMs }, fromMs + index * 500);
  });
};

test('a network that loses little is left to the browser', () => {
  expect(looks(new JitterBufferTarget(), 0, [0, 1, 2, 0, 2])).toEqual([null, null, null, null, null]);
});

test('a picture that loses much is held back for five round trips, and for some time after', () => {
  const delay = new JitterBufferTarget();
  expect(looks(delay, 0, [0, 5, 0, 0])).toEqual([null, 525, 525, 525]);
  expect(delay.update({ nackCount: 5, roundTripMs: 80 }, 20_400)).toBe(525);
  expect(delay.update({ nackCount: 5, roundTripMs: 80 }, 20_600)).toBeNull();
});

test('a picture is never held back for more than 0.6 s', () => {
  expect(looks(new JitterBufferTarget(), 0, [9], 400)).toEqual([600]);
});

test('another link begins without the doubts about the last one', () => {
  const delay = new JitterBufferTarget();
  looks(delay, 0, [9]);
  delay.reset();
  expect(delay.update({ nackCount: 2, roundTripMs: 80 }, 500)).toBeNull();
});

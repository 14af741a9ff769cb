import { expect, test } from 'vitest';
import { JitterBufferTarget } from './jitter-buffer-target.ts';

const looks = (delay: JitterBufferTarget, fromMs: number, nacks: number[], roundTripMs = 80) => {
  let nackCount = 0;
  return nacks.map((count, index) => {
    nackCount += count;
    return delay.update({ nackCount, roundTripMs }, fromMs + index * 500);
  });
};

test('the choice is left to the browser if little is lost', () => {
  expect(looks(new JitterBufferTarget(), 0, [0, 1, 2, 0, 2])).toEqual([null, null, null, null, null]);
});

test('a picture with much loss is delayed by five round trips, and stays so for some time after', () => {
  const delay = new JitterBufferTarget();
  expect(looks(delay, 0, [0, 5, 0, 0])).toEqual([null, 525, 525, 525]);
  expect(delay.update({ nackCount: 5, roundTripMs: 80 }, 20_400)).toBe(525);
  expect(delay.update({ nackCount: 5, roundTripMs: 80 }, 20_600)).toBeNull();
});

test('a picture is never delayed by more than 0.6 s', () => {
  expect(looks(new JitterBufferTarget(), 0, [9], 400)).toEqual([600]);
});

test('another link starts without the history of the last one', () => {
  const delay = new JitterBufferTarget();
  looks(delay, 0, [9]);
  delay.reset();
  expect(delay.update({ nackCount: 2, roundTripMs: 80 }, 500)).toBeNull();
});

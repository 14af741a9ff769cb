import { expect, test } from 'vitest';
import { JitterBufferTarget } from './jitter-buffer-target.ts';

const looks = (delay: JitterBufferTarget, fromMs: number, nacks: number[], roundTripMs = 80, framesPerSecond = 40) => {
  let nackCount = 0;
  return nacks.map((count, index) => {
    nackCount += count;
    return delay.update({ nackCount, roundTripMs, framesPerSecond }, fromMs + index * 500);
  });
};

test('the choice is left to the browser if little is lost', () => {
  expect(looks(new JitterBufferTarget(), 0, [0, 1, 2, 0, 2])).toEqual([null, null, null, null, null]);
});

test('a picture with much loss is delayed by five round trips and frames, and stays so for some time after', () => {
  const delay = new JitterBufferTarget();
  expect(looks(delay, 0, [0, 5, 0, 0], 30)).toEqual([null, 400, 400, 400]);
  expect(delay.update({ nackCount: 5, roundTripMs: 30, framesPerSecond: 40 }, 20_400)).toBe(400);
  expect(delay.update({ nackCount: 5, roundTripMs: 30, framesPerSecond: 40 }, 20_600)).toBeNull();
});

test('the time between two frames counts up to 50 ms, and as 33 ms where it is not known', () => {
  expect(looks(new JitterBufferTarget(), 0, [5], 5, 5)).toEqual([400]);
  expect(looks(new JitterBufferTarget(), 0, [5], 2, 0)).toEqual([300]);
});

test('a picture is never delayed by more than 0.6 s', () => {
  expect(looks(new JitterBufferTarget(), 0, [9], 400)).toEqual([600]);
});

test('another link starts without the history of the last one', () => {
  const delay = new JitterBufferTarget();
  looks(delay, 0, [9]);
  delay.reset();
  expect(delay.update({ nackCount: 2, roundTripMs: 80, framesPerSecond: 40 }, 500)).toBeNull();
});

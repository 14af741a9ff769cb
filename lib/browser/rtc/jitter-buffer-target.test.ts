import { expect, test } from 'vitest';
import { JitterBufferTarget } from './jitter-buffer-target.ts';

const looks = (target: JitterBufferTarget, fromMs: number, nacks: number[], roundTripMs = 80, framesPerSecond = 40) => {
  let nackCount = 0;
  return nacks.map((count, index) => {
    nackCount += count;
    return target.update({ nackCount, roundTripMs, framesPerSecond }, fromMs + index * 500);
  });
};

test('the choice is left to the browser if little is lost', () => {
  expect(looks(new JitterBufferTarget(), 0, [0, 1, 2, 0, 2])).toEqual([null, null, null, null, null]);
});

test('a picture with much loss is delayed step by step to five round trips and frames, and stays so for some time after', () => {
  const target = new JitterBufferTarget();
  expect(looks(target, 0, [0, 5, 0, 0, 0, 0, 0], 30)).toEqual([null, 160, 220, 280, 340, 400, 400]);
  expect(target.update({ nackCount: 5, roundTripMs: 30, framesPerSecond: 40 }, 20_400)).toBe(400);
  expect(target.update({ nackCount: 5, roundTripMs: 30, framesPerSecond: 40 }, 20_600)).toBeNull();
});

test('the time between two frames counts up to 50 ms, and as 33 ms where it is not known', () => {
  const steps = [5, 0, 0, 0, 0, 0, 0];
  expect(looks(new JitterBufferTarget(), 0, steps, 5, 5).at(-1)).toBe(400);
  expect(looks(new JitterBufferTarget(), 0, steps, 2, 0).at(-1)).toBe(300);
});

test('a round trip that appears to take longer once does not count', () => {
  const target = new JitterBufferTarget();
  looks(target, 0, [0, 0, 0], 30);
  expect(target.update({ nackCount: 5, roundTripMs: 300, framesPerSecond: 40 }, 1_500)).toBe(160);
  const later = Array.from({ length: 24 }, () => 5);
  expect(looks(target, 2_000, later, 60).at(-1)).toBe(550);
});

test('a picture is never delayed by more than 0.6 s', () => {
  expect(looks(new JitterBufferTarget(), 0, [9, 0], 400)).toEqual([600, 600]);
});

test('another link starts without the history of the last one', () => {
  const target = new JitterBufferTarget();
  looks(target, 0, [9]);
  target.reset();
  expect(target.update({ nackCount: 2, roundTripMs: 80, framesPerSecond: 40 }, 500)).toBeNull();
});

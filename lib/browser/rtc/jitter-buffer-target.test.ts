import { expect, test } from 'vitest';
import { JitterBufferTarget } from './jitter-buffer-target.ts';

const looks = (
  target: JitterBufferTarget,
  fromMs: number,
  nacks: number[],
  roundTripMs = 80,
  isRoundTripReported = true,
) => {
  let nackCount = 0;
  return nacks.map((count, index) => {
    nackCount += count;
    return target.update({ nackCount, roundTripMs, isRoundTripReported }, fromMs + index * 500);
  });
};

test('the choice is left to the browser if little is lost', () => {
  expect(looks(new JitterBufferTarget(), 0, [0, 1, 2, 0, 2])).toEqual([null, null, null, null, null]);
});

test('a picture with much loss is delayed step by step to six round trips, and stays so for some time after', () => {
  const target = new JitterBufferTarget();
  expect(looks(target, 0, [0, 5, 0, 0, 0, 0, 0], 40)).toEqual([null, 120, 180, 240, 300, 360, 390]);
  expect(target.update({ nackCount: 5, roundTripMs: 40, isRoundTripReported: true }, 20_400)).toBe(390);
  expect(target.update({ nackCount: 5, roundTripMs: 40, isRoundTripReported: true }, 20_600)).toBeNull();
});

test('if the server does not report the round trip, each attempt takes at least 100 ms', () => {
  const lossy = [5, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  expect(looks(new JitterBufferTarget(), 0, lossy, 2, true).at(-1)).toBe(162);
  expect(looks(new JitterBufferTarget(), 0, lossy, 2, false).at(-1)).toBe(600);
});

test('a round trip that appears to take longer once does not count', () => {
  const target = new JitterBufferTarget();
  looks(target, 0, [0, 0, 0], 40);
  expect(target.update({ nackCount: 5, roundTripMs: 300, isRoundTripReported: true }, 1_500)).toBe(120);
  const later = Array.from({ length: 24 }, () => 5);
  expect(looks(target, 2_000, later, 60).at(-1)).toBe(510);
});

test('a picture is never delayed by more than 0.6 s', () => {
  expect(looks(new JitterBufferTarget(), 0, [9, 0, 0, 0, 0, 0, 0, 0, 0, 0], 400).slice(-2)).toEqual([600, 600]);
});

test('another link starts without the history of the last one', () => {
  const target = new JitterBufferTarget();
  looks(target, 0, [9]);
  target.reset();
  expect(target.update({ nackCount: 2, roundTripMs: 80, isRoundTripReported: true }, 500)).toBeNull();
});

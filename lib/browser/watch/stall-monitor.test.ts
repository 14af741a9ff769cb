import { expect, test } from 'vitest';
import { StallDetector } from './stall-monitor.ts';

test.each([
  ['back', -7_200_000],
  ['on', 7_200_000],
])('a freeze is noticed just as soon after the clock was set %s', (_, setByMs) => {
  const detector = new StallDetector();
  detector.stillFor(1, 10_000_000);
  detector.stillFor(2, 10_000_500);
  const set = 10_001_000 + setByMs;
  expect(detector.stillFor(2, set)).toBe(0);
  expect([500, 1_000, 1_500].map((ms) => detector.stillFor(2, set + ms))).toEqual([500, 1_000, 1_500]);
});

test('a count that does not change is noticed, and a change starts again', () => {
  const stall = new StallDetector();
  const looks = [0, 500, 1_000, 1_500].map((now) => stall.stillFor(100, now));
  expect(looks).toEqual([0, 500, 1_000, 1_500]);
  expect(stall.stillFor(101, 2_000)).toBe(0);
});

test('a stall that was expected, or that was not monitored, does not count', () => {
  const stall = new StallDetector();
  stall.stillFor(100, 1_000);
  stall.reset();
  expect(stall.stillFor(100, 2_000)).toBe(0);
  expect(stall.stillFor(100, 60_000)).toBe(0);
});

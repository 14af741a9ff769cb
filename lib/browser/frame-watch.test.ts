import { expect, test } from 'vitest';
import { StallDetector } from './frame-watch.ts';

test.each([
  ['back', -7_200_000],
  ['on', 7_200_000],
])('a picture that freezes is noticed as soon as ever after the clock was set %s', (_, setByMs) => {
  const detector = new StallDetector();
  detector.stillFor(1, 10_000_000);
  detector.stillFor(2, 10_000_500);
  const set = 10_001_000 + setByMs;
  expect(detector.stillFor(2, set)).toBe(0);
  expect([500, 1_000, 1_500].map((ms) => detector.stillFor(2, set + ms))).toEqual([500, 1_000, 1_500]);
});

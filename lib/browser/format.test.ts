import { expect, test } from 'vitest';
import { formatClock, formatViewers } from './format.ts';

test.each([
  [-5_000, '0:00'],
  [7_900, '0:07'],
  [754_000, '12:34'],
  [3_723_000, '1:02:03'],
  [360_000_000, '100:00:00'],
])('a clock shows %i ms as %s', (ms, text) => {
  expect(formatClock(ms)).toBe(text);
});

test('one viewer is not “1 viewers”', () => {
  expect([0, 1, 2].map(formatViewers)).toEqual(['0 viewers', '1 viewer', '2 viewers']);
});

import { expect, test } from 'vitest';
import { formatBytes, formatClock, formatGuess, formatViewers } from './format.ts';

test.each([
  [-5_000, '0:00'],
  [7_900, '0:07'],
  [754_000, '12:34'],
  [3_723_000, '1:02:03'],
  [360_000_000, '100:00:00'],
])('a clock shows %i ms as %s', (ms, text) => {
  expect(formatClock(ms)).toBe(text);
});

test.each([
  [59_000, 'less than a minute'],
  [779_000, '12 min'],
  [6_000_000, '1 h'],
  [66_000_000, '18 h'],
  [450_000_000, '5 days'],
])('a guess of %i ms is told as %s', (ms, text) => {
  expect(formatGuess(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_400, '1.4 kB'],
  [52_300_000, '52.3 MB'],
  [812_000_000, '812 MB'],
  [999_700_000, '1.0 GB'],
])('%i bytes are shown as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('one viewer is not “1 viewers”', () => {
  expect([0, 1, 2].map(formatViewers)).toEqual(['0 viewers', '1 viewer', '2 viewers']);
});

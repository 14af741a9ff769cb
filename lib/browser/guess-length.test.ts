import { expect, test } from 'vitest';
import { guessLength } from './guess-length.ts';

test.each([
  [59_000, 'less', 0],
  [779_000, 'minutes', 12],
  [6_000_000, 'hours', 1],
  [66_000_000, 'hours', 18],
  [450_000_000, 'days', 5],
] as const)('a guess of %i ms is told in %s: %i', (ms, unit, count) => {
  expect(guessLength(ms)).toEqual({ unit, count });
});

import { expect, it, test } from 'vitest';
import {
  estimateDuration,
  fileSize,
  formatClock,
  fromLocalField,
  type TimeLeft,
  timeLeft,
  toLocalField,
} from './format.ts';

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
  [59_000, 'less', 0],
  [779_000, 'minutes', 12],
  [6_000_000, 'hours', 1],
  [66_000_000, 'hours', 18],
  [450_000_000, 'days', 5],
] as const)('an estimate of %i ms is expressed in %s: %i', (ms, unit, count) => {
  expect(estimateDuration(ms)).toEqual({ unit, count });
});

const minute = 60_000;
const hour = 60 * minute;

it.each<[string, number, TimeLeft]>([
  ['a week', 7 * 24 * hour, { unit: 'day', count: 7 }],
  ['almost two days', 45 * hour, { unit: 'day', count: 2 }],
  ['a day and a half', 36 * hour, { unit: 'hour', count: 36 }],
  ['a little less than two hours', 113 * minute, { unit: 'hour', count: 2 }],
  ['an hour and a half', 90 * minute, { unit: 'minute', count: 90 }],
  ['a minute', minute, { unit: 'minute', count: 1 }],
  ['half a minute', minute / 2, 'under-a-minute'],
  ['no time', 0, 'over'],
  ['less than no time', -hour, 'over'],
])('%s is expressed as people would', (_, ms, said) => {
  expect(timeLeft(ms)).toEqual(said);
});

test.each([
  [-1, 0, 'byte', 0],
  [999, 999, 'byte', 0],
  [1_400, 1.4, 'kilobyte', 1],
  [52_300_000, 52.3, 'megabyte', 1],
  [812_000_000, 812, 'megabyte', 0],
  [999_700_000, 0.9997, 'gigabyte', 1],
  [3e18, 3_000_000, 'terabyte', 0],
] as const)('%i bytes are %d %ss with %i decimals', (bytes, value, unit, decimals) => {
  expect(fileSize(bytes)).toEqual({ value, unit, decimals });
});

it('a moment survives the round trip through the field, to the minute', () => {
  const at = new Date(2026, 10, 27, 19, 5).getTime();
  expect(toLocalField(at)).toBe('2026-11-27T19:05');
  expect(fromLocalField(toLocalField(at + 59_000))).toBe(at);
});

it('single-digit hours and days are padded as the field requires', () => {
  expect(toLocalField(new Date(2027, 0, 3, 4, 0).getTime())).toBe('2027-01-03T04:00');
});

it.each(['', '2026-11-27', '2026-13-41T99:99', 'soon'])('a text that is not a moment is rejected: “%s”', (text) => {
  expect(fromLocalField(text)).toBeNull();
});

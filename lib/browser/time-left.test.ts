import { expect, it } from 'vitest';
import { type TimeLeft, timeLeft } from './time-left.ts';

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
])('%s is said as people say it', (_, ms, said) => {
  expect(timeLeft(ms)).toEqual(said);
});

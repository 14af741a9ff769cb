import { expect, it } from 'vitest';
import { fromLocalField, toLocalField } from './local-time.ts';

it('a moment goes into the field and comes out again, to the minute', () => {
  const at = new Date(2026, 10, 27, 19, 5).getTime();
  expect(toLocalField(at)).toBe('2026-11-27T19:05');
  expect(fromLocalField(toLocalField(at + 59_000))).toBe(at);
});

it('hours and days of one digit are written as the field wants them', () => {
  expect(toLocalField(new Date(2027, 0, 3, 4, 0).getTime())).toBe('2027-01-03T04:00');
});

it.each(['', '2026-11-27', '2026-13-41T99:99', 'soon'])('what is no moment is none: “%s”', (text) => {
  expect(fromLocalField(text)).toBeNull();
});

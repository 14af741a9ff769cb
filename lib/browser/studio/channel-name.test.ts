import { expect, test } from 'vitest';
import { channelSchema } from '../../requests/show-schemas.ts';
import { normalizeChannel, suggestChannel } from './channel-name.ts';

test.each([0, 0.37, 0.999])('every suggestion is a channel name that the contract accepts', (chance) => {
  expect(channelSchema.safeParse(suggestChannel(() => chance)).success).toBe(true);
});

test.each([
  ['Math 101', 'math-101'],
  ['  Sunday – Service ', 'sunday-service-'],
  ['Café', 'cafe'],
  ['a--b', 'a-b'],
])('“%s” becomes “%s” while it is typed', (typed, tidy) => {
  expect(normalizeChannel(typed)).toBe(tidy);
});

test('typed text never becomes longer than a channel name', () => {
  expect(normalizeChannel('x'.repeat(90))).toHaveLength(40);
});

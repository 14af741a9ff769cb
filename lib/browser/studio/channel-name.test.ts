import { expect, test } from 'vitest';
import { channelSchema } from '../../signaling.ts';
import { suggestChannel, tidyChannel } from './channel-name.ts';

test.each([0, 0.37, 0.999])('every suggestion is a channel name that the contract accepts', (chance) => {
  expect(channelSchema.safeParse(suggestChannel(() => chance)).success).toBe(true);
});

test.each([
  ['Math 101', 'math-101'],
  ['  Sunday – Service ', 'sunday-service-'],
  ['Café', 'cafe'],
  ['a--b', 'a-b'],
])('“%s” becomes “%s” while it is typed', (typed, tidy) => {
  expect(tidyChannel(typed)).toBe(tidy);
});

test('what is typed never grows beyond a channel name', () => {
  expect(tidyChannel('x'.repeat(90))).toHaveLength(40);
});

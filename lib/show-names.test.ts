import { expect, test } from 'vitest';
import { channelSchema, titleSchema } from './requests/show-schemas.ts';
import { isChannelName, isTitle } from './show-names.ts';

test.each([
  ['ab', false],
  ['abc', true],
  ['math-101', true],
  ['math--101', false],
  ['-math', false],
  ['math-', false],
  ['Math', false],
  ['x'.repeat(40), true],
  ['x'.repeat(41), false],
])('“%s” as a channel name: the form and the contract both say %s', (text, accepted) => {
  expect(isChannelName(text)).toBe(accepted);
  expect(channelSchema.safeParse(text).success).toBe(accepted);
});

test.each([
  ['', false],
  ['   ', false],
  ['\u200b\u3164', false],
  [' a ', true],
  ['x'.repeat(80), true],
  [` ${'x'.repeat(80)} `, true],
  ['x'.repeat(81), false],
])('“%s” as a title: the form and the contract both say %s', (text, accepted) => {
  expect(isTitle(text)).toBe(accepted);
  expect(titleSchema.safeParse(text).success).toBe(accepted);
});

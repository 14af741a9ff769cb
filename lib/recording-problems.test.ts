import { expect, test } from 'vitest';
import { loadMessages } from './i18n/messages.ts';
import { recordingProblemOf, recordingProblems } from './recording-problems.ts';

test('what the server says of a recording is what pages say in English', async () => {
  expect((await loadMessages('en')).library.problems).toEqual(recordingProblems);
});

test('a sentence of the server is known by its name, and others are not', () => {
  expect(recordingProblemOf(recordingProblems.diskFull)).toBe('diskFull');
  expect(recordingProblemOf('Something that a newer server says.')).toBeNull();
});

import { describe, expect, test } from 'vitest';
import { AppError } from './errors.ts';
import { locales } from './i18n/locales.ts';
import { loadMessages } from './i18n/messages.ts';
import { RecordingError, recordingProblemOf, recordingProblems } from './recording-problems.ts';
import { recordingSchema } from './recording-schema.ts';

test.each(locales)('pages have a text for every problem with a recording, and no others: %s', async (locale) => {
  const { problems } = (await loadMessages(locale)).library;
  expect(new Set(Object.keys(problems))).toEqual(new Set(recordingProblems));
});

describe('the problem of a recording', () => {
  test.each([
    [new RecordingError('diskFull'), 'diskFull'],
    [new AppError('media-server-unavailable', 'The media server does not answer.'), 'mediaServerAway'],
    [new AppError('media-failed', 'It broke.'), 'unknown'],
    [new TypeError('a bug'), 'unknown'],
  ])('follows from the error, and not from its message: %s', (error, problem) => {
    expect(recordingProblemOf(error)).toBe(problem);
  });

  test('that only a newer server knows is unknown to an older page', () => {
    const recording = {
      ...{ id: 'x', channel: 'club', title: '', startedAt: 0, durationMs: null, sizeBytes: 0, codecs: [] },
      ...{ contentType: 'video/webm', state: 'failed' },
    };
    expect(recordingSchema.parse({ ...recording, failure: 'diskOnFire' }).failure).toBe('unknown');
    expect(recordingSchema.parse({ ...recording, failure: 'diskFull' }).failure).toBe('diskFull');
    expect(recordingSchema.parse({ ...recording, failure: null }).failure).toBeNull();
  });
});

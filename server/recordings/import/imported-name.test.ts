import { expect, test } from 'vitest';
import { recordingSchema } from '../../../lib/recording-schema.ts';
import { downloadName } from '../content-disposition.ts';
import { readImportedName } from './imported-name.ts';

test('the name of a download gives back its channel, title and time', () => {
  const startedAt = new Date(2026, 10, 22, 14, 5).getTime();
  const recording = recordingSchema.parse({
    ...{ id: 'x', channel: 'math-101', title: 'Sums – part 2', startedAt, durationMs: 1, sizeBytes: 1, codecs: [] },
    ...{ contentType: 'video/webm', state: 'ready', failure: null },
  });
  const name = downloadName(recording).replace(/\.webm$/, '');
  expect(readImportedName(name)).toEqual({ channel: 'math-101', title: 'Sums – part 2', startedAt });
  const untitled = downloadName({ ...recording, title: '' }).replace(/\.webm$/, '');
  expect(readImportedName(untitled)).toEqual({ channel: 'math-101', title: 'math-101', startedAt });
});

test.each([
  ['IMG_2041', 'IMG_2041'],
  ['  홍길동의 강의 ', '홍길동의 강의'],
  ['두 번째'.normalize('NFD'), '두 번째'],
  ['a\u0007b', 'a b'],
  ['   ', 'imported'],
  ['👩‍👩‍👧'.repeat(30), '👩‍👩‍👧'.repeat(10)],
  ['No – channel here – 2026-11-22 14.05', 'No – channel here – 2026-11-22 14.05'],
])('the title of “%s” is “%s”', (name, title) => {
  expect(readImportedName(name)).toEqual({ channel: 'imported', title, startedAt: null });
});

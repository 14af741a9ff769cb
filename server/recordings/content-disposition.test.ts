import { describe, expect, test } from 'vitest';
import { recordingSchema } from '../../lib/recording-schema.ts';
import { attachment, downloadName } from './content-disposition.ts';

describe('the name of a download', () => {
  const began = new Date(2026, 0, 2, 3, 4).getTime();
  const recording = recordingSchema.parse({
    ...{ id: 'x', channel: 'club', title: '', startedAt: began, durationMs: 1, sizeBytes: 1, codecs: [] },
    ...{ contentType: 'video/x-matroska', state: 'ready', failure: null },
  });

  test('leaves out an empty title and follows the container', () => {
    expect(downloadName(recording)).toBe('club – 2026-01-02 03.04.mkv');
  });

  const nameOf = (title: string, channel = 'club') => downloadName({ ...recording, channel, title });
  const sizeOf = (name: string) => Buffer.byteLength(name);

  test('keeps the joiners that words and emoji are written with, and the tags of flags', () => {
    for (const title of [
      'می\u200Cخواهم',
      'क्\u200Dष',
      '👩\u200D👩\u200D👧',
      '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
    ]) {
      expect(nameOf(title)).toBe(`club – ${title} – 2026-01-02 03.04.mkv`);
    }
    expect(nameOf('a\u{E0067}b\u200D')).toBe('club – a b – 2026-01-02 03.04.mkv');
  });

  test.each([
    ['한', 80],
    ['😀', 40],
    ['👩\u200D👩\u200D👧', 10],
    ['e\u0301\u0323', 26],
    ['🇰🇷', 20],
    ['x', 500],
    ['xy한', 100],
  ])('has at most 255 bytes, its time and its extension, and is never cut inside %s', (character, count) => {
    for (const channel of ['abc', 'a'.repeat(38), 'a'.repeat(39), 'a'.repeat(40)]) {
      const name = nameOf(character.repeat(count), channel);
      expect(sizeOf(name)).toBeLessThanOrEqual(255);
      const [, title = ''] = name.split(' – ');
      expect(name).toBe(`${channel} – ${title} – 2026-01-02 03.04.mkv`);
      const graphemes = [...new Intl.Segmenter('en').segment(character)].map(({ segment }) => segment);
      for (const { segment } of new Intl.Segmenter('en').segment(title)) expect(graphemes).toContain(segment);
      // Nothing is cut that would have fitted.
      if (title !== character.repeat(count)) expect(sizeOf(name) + sizeOf(character)).toBeGreaterThan(255);
    }
  });

  test('leaves out a title of which not even the first character fits', () => {
    expect(nameOf(`a${'\u0301'.repeat(300)}`)).toBe('club – 2026-01-02 03.04.mkv');
    expect(sizeOf(nameOf('Title', 'c'.repeat(400)))).toBeLessThanOrEqual(255);
  });

  test('has at most 255 bytes in ASCII too, where one character may become many', () => {
    const [, fallback = ''] = /filename="([^"]*)"/.exec(attachment(nameOf('ﷺ'.repeat(60)))) ?? [];
    expect(fallback.length).toBeLessThanOrEqual(255);
    expect(fallback).toMatch(/^club - [_ ]+ - 2026-01-02 03\.04\.mkv$/);
  });

  test('contains nothing that could escape from a folder or a header', () => {
    const title = '../..\\evil\r\nSet-Cookie: a=b" \u202Egpj.exe \uD800 한국어 방송';
    const header = attachment(downloadName({ ...recording, title }));
    expect(header).toMatch(/^[ -~]+$/);
    expect(header.match(/"/g)).toHaveLength(2);
    const [, encoded = ''] = header.split("UTF-8''");
    expect(decodeURIComponent(encoded)).toBe('club – evil Set-Cookie a=b gpj.exe 한국어 방송 – 2026-01-02 03.04.mkv');
  });
});

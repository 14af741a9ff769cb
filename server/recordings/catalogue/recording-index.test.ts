import { describe, expect, test } from 'vitest';
import { recordingSchema } from '../../../lib/recording-schema.ts';
import { type ListQuery, RecordingIndex } from './recording-index.ts';

const everything: ListQuery = { search: '', channel: null, sort: 'newest', after: null, limit: 100, isTrash: false };

const recording = (id: string, about: object = {}) =>
  recordingSchema.parse({
    ...{ id, channel: 'club', title: id, startedAt: 0, durationMs: 1, sizeBytes: 1, codecs: [] },
    ...{ contentType: 'video/webm', state: 'ready', failure: null, ...about },
  });

function indexOf(...recordings: ReturnType<typeof recording>[]): RecordingIndex {
  const index = new RecordingIndex();
  for (const one of recordings) index.put(one);
  return index;
}

const idsOf = (index: RecordingIndex, query: Partial<ListQuery> = {}, isSeen = () => true) =>
  index.page({ ...everything, ...query }, isSeen).recordings.map(({ id }) => id);

describe('a search', () => {
  const index = indexOf(
    recording('a', { title: 'Élan und Straße', channel: 'math-101' }),
    recording('b', { title: 'STRASSE', channel: 'art-101' }),
    recording('c', { title: '한글 수업' }),
    recording('d', { title: 'हिन्दी की कक्षा' }),
    recording('e', { title: 'Ａｂｃ ﬁne' }),
  );

  test.each([
    ['elan', 'a'],
    ['ELAN', 'a'],
    ['e\u0301lan', 'a'],
    ['strasse', 'ab'],
    ['straße math', 'a'],
    ['101', 'ab'],
    ['  101   art ', 'b'],
    ['한글', 'c'],
    ['하', 'c'],
    ['수업 한', 'c'],
    ['हिन्दी', 'd'],
    ['हन', ''],
    ['abc fine', 'e'],
    ['.*', ''],
    ['', 'abcde'],
  ])('for “%s” finds %s, whatever the case, the accents and the order of the words', (search, expected) => {
    expect(idsOf(index, { search, sort: 'oldest' }).join('')).toBe(expected);
  });

  test('counts all that match, and all channels whatever is searched', () => {
    const page = index.page({ ...everything, search: '101', limit: 1 }, () => true);
    expect(page).toMatchObject({
      total: 2,
      channels: [
        { name: 'art-101', count: 1 },
        { name: 'club', count: 3 },
        { name: 'math-101', count: 1 },
      ],
    });
  });

  test('follows a new title', () => {
    const changed = indexOf(recording('a', { title: 'Before' }));
    changed.put(recording('a', { title: 'After' }));
    expect([idsOf(changed, { search: 'before' }), idsOf(changed, { search: 'after' })]).toEqual([[], ['a']]);
  });
});

describe('an order', () => {
  const index = indexOf(
    recording('a', { title: 'Week 10', startedAt: 3, durationMs: 10, sizeBytes: 7 }),
    recording('b', { title: 'week 9', startedAt: 1, durationMs: null, sizeBytes: 9 }),
    recording('c', { title: 'Épilogue', startedAt: 2, durationMs: 30, sizeBytes: 8 }),
  );

  test.each([
    ['newest', 'acb'],
    ['oldest', 'bca'],
    ['longest', 'cab'],
    ['largest', 'bca'],
    ['title', 'cba'],
  ] as const)('%s is %s', (sort, expected) => {
    expect(idsOf(index, { sort }).join('')).toBe(expected);
  });
});

describe('pages', () => {
  const sorts = ['newest', 'oldest', 'longest', 'largest', 'title'] as const;

  test.each(sorts)('one after the other have every recording once, also of equals: %s', (sort) => {
    const all = Array.from({ length: 97 }, (_, number) =>
      recording(`id-${number}`, { title: `T ${number % 5}`, startedAt: number % 7, durationMs: number % 3 }),
    );
    const index = indexOf(...all);
    const seen: string[] = [];
    for (let after: string | null = null, page = 0; page === 0 || after !== null; page += 1) {
      const found = index.page({ ...everything, sort, after, limit: 10 }, () => true);
      seen.push(...found.recordings.map(({ id }) => id));
      after = found.next;
    }
    expect(seen).toHaveLength(97);
    expect(seen).toEqual(idsOf(index, { sort }));
  });

  test('go on after a place whose recording was deleted meanwhile', () => {
    const index = indexOf(...[1, 2, 3, 4].map((number) => recording(`r${number}`, { startedAt: number })));
    const { next } = index.page({ ...everything, limit: 2 }, () => true);
    index.remove('r3');
    index.put(recording('r9', { startedAt: 9 }));
    expect(idsOf(index, { after: next })).toEqual(['r2', 'r1']);
  });

  test.each([
    'x',
    '',
    'W10',
    Buffer.from('["a","b"]').toString('base64url'),
    Buffer.from('null').toString('base64url'),
  ])('are refused after a place that is none: %s', (after) => {
    expect(() => indexOf(recording('a')).page({ ...everything, after }, () => true)).toThrow(
      expect.objectContaining({ code: 'bad-request' }),
    );
  });

  test('have neither what may not be seen nor the trash, in counts either', () => {
    const index = indexOf(recording('a'), recording('b', { channel: 'secret' }), recording('c', { deletedAt: 5 }));
    const isSeen = ({ channel }: { channel: string }) => channel !== 'secret';
    const page = index.page(everything, isSeen);
    expect(page).toMatchObject({ total: 1, channels: [{ name: 'club', count: 1 }] });
    expect(idsOf(index, { isTrash: true })).toEqual(['c']);
  });
});

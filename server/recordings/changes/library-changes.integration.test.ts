import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recordingPaths, sessionPath } from '../../../lib/recording.ts';
import { addStills } from '../derived/stills.ts';
import { type Manifest, readManifest, writeManifest } from '../recording-manifest.ts';
import { isRecordingEntry } from '../recordings-folder.ts';
import { LibraryServer, layDown, ownerKey } from '../testing/library-server.ts';

let folder: string;
let server: LibraryServer;
let id: string;

beforeEach(async () => {
  folder = await LibraryServer.makeFolder();
  ({ id } = await layDown(folder));
  server = await LibraryServer.open(folder);
});
afterEach(() => server.remove());

async function reopen(options: Parameters<typeof LibraryServer.open>[1] = {}) {
  await server.close();
  server = await LibraryServer.open(folder, options);
}
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
const statusOf = async (path: string) => (await server.ask(path)).status;
const everyWay = () => [recordingPaths.one(id), recordingPaths.media(id), recordingPaths.download(id)];

describe('the list', () => {
  test('searches, filters, sorts and turns pages as the address says', async () => {
    await layDown(folder, { title: 'Élan', channel: 'art-101', startedAt: Date.UTC(2026, 0, 1), durationMs: 5 });
    await layDown(folder, { title: 'Alpha', channel: 'art-101', startedAt: Date.UTC(2026, 0, 2), durationMs: 9 });
    await reopen();
    expect(await server.titles()).toEqual(['Sums', 'Alpha', 'Élan']);
    expect(await server.titles('?sort=oldest')).toEqual(['Élan', 'Alpha', 'Sums']);
    expect(await server.titles('?q=elan')).toEqual(['Élan']);
    expect(await server.titles('?channel=art-101&sort=longest')).toEqual(['Alpha', 'Élan']);
    const first = await server.page('?limit=2&sort=title');
    expect(first).toMatchObject({ total: 3, recordings: [{ title: 'Alpha' }, { title: 'Élan' }] });
    expect(first.channels).toEqual([
      { name: 'art-101', count: 2 },
      { name: 'math-101', count: 1 },
    ]);
    expect(await server.titles(`?limit=2&sort=title&after=${first.next}`)).toEqual(['Sums']);
  });

  test.each(['?sort=loudest', '?limit=0', '?limit=x', '?limit=1e9', '?after=x', '?view=all', `?q=${'x'.repeat(300)}`])(
    'says what is wrong with %s',
    async (query) => {
      const response = await server.ask(recordingPaths.list + query);
      expect(response.status).toBe(400);
      expect(await codeOf(response)).toBe('bad-request');
    },
  );

  test('says which recordings have a picture, which is served like the recording', async () => {
    expect((await server.page()).recordings[0]?.hasPoster).toBe(false);
    expect(await statusOf(recordingPaths.poster(id))).toBe(404);
    const picture = Buffer.from('a picture');
    await addStills({ folder: join(folder, id), file: 'media.mp4', sizeBytes: 1_000 }, picture, []);
    expect((await server.page()).recordings[0]?.hasPoster).toBe(true);
    const response = await server.ask(recordingPaths.poster(id));
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['image/jpeg', 'a picture']);
    await server.send('PATCH', recordingPaths.one(id), { visibility: 'private' });
    expect(await statusOf(recordingPaths.poster(id))).toBe(401);
  });
});

describe('a title', () => {
  test.each(['한글 제목', 'שלום עולם', '🎉 “Ünï/code” \\ <b>&amp;</b>', "'; DROP TABLE--"])(
    'can be %s, in the list, on disk and after a restart',
    async (title) => {
      const response = await server.send('PATCH', recordingPaths.one(id), { title });
      expect(await response.json()).toMatchObject({ id, title });
      expect((await readManifest(join(folder, id), id)).title).toBe(title);
      await reopen();
      expect(await server.titles(`?q=${encodeURIComponent(title)}`)).toEqual([title]);
    },
  );

  test('does not change the order of what is around it', async () => {
    const response = await server.send('PATCH', recordingPaths.one(id), { title: '\u202eabc' });
    expect(await response.json()).toMatchObject({ id, title: 'abc' });
  });

  test.each([
    {},
    { title: '' },
    { title: '  ' },
    { title: '\u200b' },
    { title: 'x'.repeat(81) },
    { title: 5 },
    { visibility: 'secret' },
    { isKept: 1 },
    [],
  ])('is not changed by %o, and the answer says why', async (edit) => {
    const response = await server.send('PATCH', recordingPaths.one(id), edit);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'bad-request', message: expect.stringMatching(/\.$/) },
    });
    expect(await server.titles()).toEqual(['Sums']);
  });

  test('is changed only with a key for the channel', async () => {
    await server.enter(ownerKey);
    const bare = await server.ask(recordingPaths.one(id), { method: 'PATCH', body: '{"title":"Mine"}' });
    expect(bare.status).toBe(401);
    const { text } = await server.access.keys.make('Carl', ['art-101']);
    expect((await server.send('PATCH', recordingPaths.one(id), { title: 'Mine' }, text)).status).toBe(403);
    expect(await server.titles()).toEqual(['Sums']);
  });
});

describe('visibility', () => {
  const become = (visibility: string) => server.send('PATCH', recordingPaths.one(id), { visibility });

  test('unlisted: only who has the link or a key finds it', async () => {
    await become('unlisted');
    expect(await server.page()).toMatchObject({ recordings: [], total: 0, channels: [] });
    for (const path of everyWay()) expect(await statusOf(path)).toBe(200);
    await server.enter(ownerKey);
    expect(await server.titles()).toEqual(['Sums']);
  });

  test('private: only who has a key for the channel sees anything of it', async () => {
    await become('private');
    expect(await server.titles()).toEqual([]);
    for (const path of everyWay()) expect(await codeOf(await server.ask(path))).toBe('presenters-only');
    const carl = await server.access.keys.make('Carl', ['art-101']);
    await server.enter(carl.text);
    expect(await server.titles()).toEqual([]);
    for (const path of everyWay()) expect(await statusOf(path)).toBe(403);
    const anna = await server.access.keys.make('Anna', ['math-101']);
    await server.enter(anna.text);
    expect(await server.titles()).toEqual(['Sums']);
    for (const path of everyWay()) expect(await statusOf(path)).toBe(200);
  });
});

describe('a share link', () => {
  const share = async (hours = 1) => {
    const response = await server.send('POST', recordingPaths.share(id), { hours });
    return ((await response.json()) as { token: string }).token;
  };

  test('opens one private recording, and no other', async () => {
    const other = await layDown(folder, { visibility: 'private' });
    await reopen();
    await server.send('PATCH', recordingPaths.one(id), { visibility: 'private' });
    expect(await server.enter(await share())).toBe(204);
    for (const path of everyWay()) expect(await statusOf(path)).toBe(200);
    expect(await statusOf(recordingPaths.media(other.id))).toBe(401);
    expect(await server.titles()).toEqual([]);
    expect((await server.ask(recordingPaths.one(id), { method: 'DELETE' })).status).toBe(401);
  });

  test.each(['public', 'link', 'presenters'] as const)(
    'works where recordings are for %s, and after a restart of pages',
    async (recordings) => {
      await reopen({ policy: { recordings, watch: 'invited' } });
      const before = await statusOf(recordingPaths.media(id));
      await server.enter(await share());
      expect([before, await statusOf(recordingPaths.media(id))]).toEqual([401, 200]);
    },
  );

  test.each([
    ['another visibility', () => server.send('PATCH', recordingPaths.one(id), { visibility: 'unlisted' })],
    ['ending all links', () => server.send('DELETE', recordingPaths.share(id))],
  ])('ends with %s, in open sessions too, and a new one works', async (_, end) => {
    await server.send('PATCH', recordingPaths.one(id), { visibility: 'private' });
    await server.enter(await share());
    expect(await statusOf(recordingPaths.media(id))).toBe(200);
    await end();
    await server.send('PATCH', recordingPaths.one(id), { visibility: 'private' });
    expect(await codeOf(await server.ask(recordingPaths.media(id)))).toBe('link-expired');
    server.leave();
    await server.enter(await share());
    expect(await statusOf(recordingPaths.media(id))).toBe(200);
  });

  test('ends at its time, and says so', async () => {
    await server.send('PATCH', recordingPaths.one(id), { visibility: 'private' });
    const token = await share(1);
    await server.enter(token);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 });
    expect(await codeOf(await server.ask(recordingPaths.media(id)))).toBe('presenters-only');
    const again = await server.ask(sessionPath, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    expect([again.status, await codeOf(again)]).toEqual([401, 'link-expired']);
    vi.useRealTimers();
  });

  test.each([{ hours: 0 }, { hours: 1e9 }, { hours: 1.5 }, {}])('is not made for %o', async (body) => {
    expect((await server.send('POST', recordingPaths.share(id), body)).status).toBe(400);
  });
});

describe('a deletion', () => {
  test('can be undone: the recording is the same as before', async () => {
    const before = (await server.page()).recordings;
    expect((await server.send('DELETE', recordingPaths.one(id))).status).toBe(204);
    expect(await server.titles()).toEqual([]);
    for (const path of everyWay()) expect(await statusOf(path)).toBe(404);
    expect(await readdir(join(folder, id))).toContain('media.mp4');
    await reopen();
    expect(await server.titles()).toEqual([]);
    const restored = await server.send('POST', recordingPaths.restore, { ids: [id] });
    expect(await restored.json()).toEqual({ done: [id], failed: [] });
    expect((await server.page()).recordings).toEqual(before);
    for (const path of everyWay()) expect(await statusOf(path)).toBe(200);
  });

  test('is for good after the time for that', async () => {
    await server.send('DELETE', recordingPaths.one(id));
    await reopen({ care: { undoMs: 100, tidyEveryMs: 20 } });
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]), 5_000);
    expect((await server.send('POST', recordingPaths.restore, { ids: [id] })).status).toBe(200);
    expect(await statusOf(recordingPaths.one(id))).toBe(404);
  });

  test('shows the trash to presenters of the channel only', async () => {
    await server.send('DELETE', recordingPaths.one(id));
    const view = `${recordingPaths.list}?view=deleted`;
    expect(await codeOf(await server.ask(view))).toBe('presenters-only');
    const carl = await server.access.keys.make('Carl', ['art-101']);
    await server.enter(carl.text);
    expect(await server.titles('?view=deleted')).toEqual([]);
    await server.enter(ownerKey);
    const { recordings } = await server.page('?view=deleted');
    expect(recordings).toMatchObject([{ title: 'Sums', deletedAt: expect.any(Number), goneAt: expect.any(Number) }]);
    expect((recordings[0]?.goneAt ?? 0) - (recordings[0]?.deletedAt ?? 0)).toBe(86_400_000);
  });

  test('of many does what it can, and says what it cannot', async () => {
    const art = await layDown(folder, { channel: 'art-101', title: 'Lines' });
    await reopen();
    const anna = await server.access.keys.make('Anna', ['math-101']);
    const missing = '2026-11-22-math-101-aaaaaaaa';
    const response = await server.send('POST', recordingPaths.trash, { ids: [id, art.id, missing, id] }, anna.text);
    expect(await response.json()).toMatchObject({
      done: [id],
      failed: [
        { id: art.id, error: { code: 'wrong-channel' } },
        { id: missing, error: { code: 'recording-not-found' } },
      ],
    });
    expect(await server.titles()).toEqual(['Lines']);
    for (const body of [{}, { ids: [] }, { ids: ['../x'] }, { ids: 'x' }, { ids: Array(501).fill(id) }])
      expect((await server.send('POST', recordingPaths.trash, body)).status).toBe(400);
    expect((await server.ask(recordingPaths.trash, { method: 'POST', body: '{}' })).status).toBe(401);
  });

  test('can be made final at once, but only from the trash', async () => {
    const purge = async () => (await server.send('POST', recordingPaths.purge, { ids: [id] })).json();
    expect(await purge()).toMatchObject({ done: [], failed: [{ error: { code: 'recording-not-found' } }] });
    await server.send('DELETE', recordingPaths.one(id));
    expect(await purge()).toEqual({ done: [id], failed: [] });
    const left = await readdir(folder, { withFileTypes: true });
    expect(left.filter(isRecordingEntry)).toEqual([]);
  });

  test('of a recording that is being written is refused', async () => {
    const made = await server.library.create({
      channel: 'live',
      title: 'On air',
      startedAt: 1,
      codecs: { audio: 'opus' },
    });
    const response = await server.send('DELETE', recordingPaths.one(made.id));
    expect([response.status, await codeOf(response)]).toEqual([409, 'recording-in-use']);
    await server.library.fail(made.id, 'nothingCame');
  });

  test('makes a show that goes on begin another recording', async () => {
    await server.send('DELETE', recordingPaths.one(id));
    await expect(server.library.addPart(id)).rejects.toMatchObject({ code: 'recording-not-found' });
  });
});

describe('what others do in the folder', () => {
  const watched = { care: { watchEveryMs: 20 } };

  test('is noticed: copies, removals and edits', async () => {
    await reopen(watched);
    const { id: copied, manifest } = await layDown(folder, { title: 'Copied' });
    await vi.waitFor(async () => expect(await server.titles('?sort=title')).toEqual(['Copied', 'Sums']), 5_000);
    await writeFile(join(folder, copied, 'manifest.json'), JSON.stringify({ ...manifest, title: 'Edited' }));
    await vi.waitFor(async () => expect(await server.titles('?sort=title')).toEqual(['Edited', 'Sums']), 5_000);
    await rm(join(folder, id), { recursive: true });
    await vi.waitFor(async () => expect(await server.titles()).toEqual(['Edited']), 5_000);
  });

  test('that is broken stays as it was known', async () => {
    await reopen(watched);
    await writeFile(join(folder, id, 'manifest.json'), '{"half');
    const { id: next } = await layDown(folder, { title: 'Next' });
    await vi.waitFor(async () => expect(await server.titles('?sort=title')).toEqual(['Next', 'Sums']), 5_000);
    expect(await statusOf(recordingPaths.media(next))).toBe(200);
  });

  test('does not end the server when the whole folder is gone, and is noticed when it is back', async () => {
    await reopen(watched);
    await rm(folder, { recursive: true });
    await vi.waitFor(() =>
      expect(server.logs.lines.map(({ msg }) => msg)).toContain('The recordings folder cannot be read'),
    );
    expect((await server.ask(recordingPaths.media(id))).status).toBe(404);
    expect((await server.ask(recordingPaths.list)).status).toBe(200);
  });
});

describe('the limits', () => {
  const dayMs = 86_400_000;
  type Limit = { value: number; since: number };
  /** Since when the limits have been in force, as an earlier run notes it. */
  const inForce = (limits: { age?: Limit; space?: Limit }) =>
    writeFile(join(folder, '.limits.json'), JSON.stringify({ version: 1, age: null, space: null, ...limits }));
  /** The marks in a manifest, once this limit has one. */
  const marksOf = (of: string, limit: 'age' | 'space') =>
    vi.waitFor(async () => {
      const { markedSince } = await readManifest(join(folder, of), of);
      expect(markedSince[limit]).not.toBeNull();
      return markedSince;
    }, 5_000);
  const markSince = async (of: string, markedSince: Manifest['markedSince']) => {
    await server.close();
    await writeManifest(join(folder, of), { ...(await readManifest(join(folder, of), of)), markedSince });
  };

  test('move the oldest to the trash, after they were marked, and leave what is kept', async () => {
    const now = Date.now();
    const old = await layDown(folder, { title: 'Old', startedAt: now - 40 * dayMs });
    await layDown(folder, { title: 'Old but kept', startedAt: now - 50 * dayMs, isKept: true });
    await layDown(folder, { title: 'New', startedAt: now });
    await rm(join(folder, id), { recursive: true });
    const care = { limits: { keepMs: 30 * dayMs, maxBytes: null }, tidyEveryMs: 20 };
    // The limit has been in force for long, but nothing was marked.
    await inForce({ age: { value: 30 * dayMs, since: 0 } });
    await reopen({ care });
    await vi.waitFor(async () => expect((await server.page()).leaving).toBe(1), 5_000);
    const marked = (await server.page('?q=old&sort=newest')).recordings;
    expect(marked.map(({ title, leaves }) => [title, leaves?.because ?? null])).toEqual([
      ['Old', 'age'],
      ['Old but kept', null],
    ]);
    expect(marked[0]?.leaves?.at).toBeGreaterThan(now + 6.9 * dayMs);
    const warnings = () => server.logs.lines.filter(({ msg }) => msg.startsWith('A recording will be deleted'));
    expect(warnings()).toMatchObject([{ recordingId: old.id, because: 'age' }]);
    // Marks are kept across restarts: seven days after it was marked, the recording goes.
    await marksOf(old.id, 'age');
    await reopen({ care });
    await vi.waitFor(async () => expect((await server.page()).leaving).toBe(1), 5_000);
    expect((await server.page('?q=old&sort=newest')).recordings[0]?.leaves).toEqual(marked[0]?.leaves);
    await markSince(old.id, { age: now - 7 * dayMs, space: null });
    await reopen({ care });
    await vi.waitFor(async () => expect(await server.titles('?sort=title')).toEqual(['New', 'Old but kept']), 5_000);
    await server.enter(ownerKey);
    expect(await server.titles('?view=deleted')).toEqual(['Old']);
  });

  test('that are new mark for their own time what was marked before', async () => {
    const now = Date.now();
    const markedSince = { age: now - 30 * dayMs, space: null };
    await layDown(folder, { title: 'Old', startedAt: now - 40 * dayMs, markedSince });
    await layDown(folder, { title: 'New', startedAt: now });
    await rm(join(folder, id), { recursive: true });
    await inForce({ age: { value: 30 * dayMs, since: now - 6 * dayMs } });
    await reopen({ care: { limits: { keepMs: 30 * dayMs, maxBytes: null }, tidyEveryMs: 20 } });
    await vi.waitFor(async () => expect((await server.page()).leaving).toBe(1), 5_000);
    const [, old] = (await server.page()).recordings;
    expect(old?.leaves).toEqual({ because: 'age', at: now + dayMs });
  });

  test('of space make room for newer ones, after they were marked for a day', async () => {
    await layDown(folder, { title: 'Newest', startedAt: Date.now() });
    await inForce({ space: { value: 1_500, since: 0 } });
    const care = { limits: { keepMs: null, maxBytes: 1_500 }, tidyEveryMs: 20 };
    await reopen({ care });
    await vi.waitFor(async () => expect((await server.page()).leaving).toBe(1), 5_000);
    const { space } = await marksOf(id, 'space');
    expect((await server.page()).recordings[1]?.leaves).toEqual({ because: 'space', at: (space ?? 0) + dayMs });
    await markSince(id, { age: null, space: Date.now() - dayMs });
    await reopen({ care });
    await vi.waitFor(async () => expect(await server.titles()).toEqual(['Newest']), 5_000);
  });

  test('mark anew, for the whole time, what they deleted and somebody brought back', async () => {
    const now = Date.now();
    const markedSince = { age: now - 8 * dayMs, space: null };
    const old = await layDown(folder, { title: 'Old', startedAt: now - 40 * dayMs, markedSince });
    await inForce({ age: { value: 30 * dayMs, since: 0 } });
    const care = { limits: { keepMs: 30 * dayMs, maxBytes: null }, tidyEveryMs: 20 };
    await reopen({ care });
    await vi.waitFor(async () => expect(await server.titles()).toEqual(['Sums']), 5_000);
    await server.send('POST', recordingPaths.restore, { ids: [old.id] });
    const { age } = await marksOf(old.id, 'age');
    expect(age).toBeGreaterThanOrEqual(now);
    await reopen({ care });
    await vi.waitFor(async () => expect((await server.page()).leaving).toBe(1), 5_000);
    const [, restored] = (await server.page()).recordings;
    expect([restored?.title, restored?.leaves]).toEqual(['Old', { because: 'age', at: (age ?? 0) + 7 * dayMs }]);
  });

  test('of space count what is being recorded, as it grows', async () => {
    await inForce({ space: { value: 5_000, since: 0 } });
    await reopen({ care: { limits: { keepMs: null, maxBytes: 5_000 }, tidyEveryMs: 20 } });
    await layDown(folder, { title: 'Newest', startedAt: Date.now() });
    await server.library.refresh();
    const show = { channel: 'live', title: 'On air', startedAt: Date.now(), codecs: { audio: 'opus' } };
    const { id: growing, uri } = await server.library.create(show);
    await writeFile(new URL(uri), Buffer.alloc(4_000));
    await vi.waitFor(async () => expect((await server.page()).leaving).toBeGreaterThan(0), 5_000);
    await server.library.finish(growing);
  });
});

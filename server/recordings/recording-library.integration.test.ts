import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inspectMedia } from './media-file.ts';
import { RecordingLibrary } from './recording-library.ts';
import { age, captureLogs, recordShow, truncate, writeWebm } from './testing/recording-rig.ts';

const show = {
  channel: 'math-101',
  title: 'Fractions',
  startedAt: Date.UTC(2026, 10, 22, 14, 5),
  codecs: { audio: 'opus', video: 'VP8' },
} as const;

let root: string;
let folder: string;
let libraries: RecordingLibrary[];
let log: ReturnType<typeof captureLogs>;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'recordings-')));
  folder = join(root, 'shows');
  libraries = [];
  log = captureLogs();
});

afterEach(async () => {
  await Promise.all(libraries.map((library) => library.close()));
  await rm(root, { recursive: true, force: true });
});

async function open(mediaServerUri?: string): Promise<RecordingLibrary> {
  const uri = mediaServerUri === undefined ? {} : { mediaServerUri };
  const library = await RecordingLibrary.open({ folder, logger: log.logger, ...uri });
  libraries.push(library);
  return library;
}

/** Creates a recording that an earlier run left behind, last written to a minute ago. */
async function leaveOrphan(write: (path: string) => Promise<void>): Promise<{ id: string; path: string }> {
  const library = await open();
  const { id, uri } = await library.create(show);
  const path = fileURLToPath(uri);
  await write(path);
  await age(path).catch(() => {});
  return { id, path };
}

/** The path of a finished recording's file. */
function wholeFile(id: string): string {
  return join(folder, id, 'media.webm');
}

describe('the library of recordings', () => {
  test('returns a URI that a media server elsewhere can use', async () => {
    const library = await open('file:///srv/shows/');
    const { id, uri } = await library.create(show);
    expect(id).toMatch(/^2026-11-22-math-101-[a-z2-9]{8}$/);
    expect(uri).toBe(`file:///srv/shows/${id}/media-1.webm`);
    expect((await lstat(join(folder, id))).isDirectory()).toBe(true);
    expect((await lstat(join(folder, id))).mode & 0o777).toBe((await lstat(folder)).mode & 0o777);
  });

  test('shows how a recording grows, and measures it at the end', async () => {
    const library = await open();
    const { id, uri } = await library.create(show);
    expect(await library.get(id)).toMatchObject({ state: 'recording', sizeBytes: 0, durationMs: null });
    await recordShow(fileURLToPath(uri), 3000);
    expect((await library.list())[0]?.sizeBytes).toBeGreaterThan(100_000);
    const before = await readFile(fileURLToPath(uri));
    const finished = await library.finish(id);
    expect(finished).toMatchObject({
      ...{ channel: 'math-101', title: 'Fractions', startedAt: show.startedAt },
      ...{ state: 'ready', failure: null, codecs: ['vp8', 'opus'], contentType: 'video/webm' },
    });
    expect(finished.durationMs).toBeGreaterThan(2900);
    expect(finished.durationMs).toBeLessThanOrEqual(3000);
    // A file that our own recorder completed is only renamed.
    expect(await readFile(wholeFile(id))).toEqual(before);
    expect(await readdir(join(folder, id))).toEqual(['manifest.json', 'media.webm']);
    expect(await library.finish(id)).toEqual(finished);
  });

  test('measures at any time the space of a recording, and the space that joining its parts will need', {
    tags: ['long'],
  }, async () => {
    const library = await open();
    const { id, uri } = await library.create(show);
    expect(await library.measure(id)).toEqual({ sizeBytes: 0, joinBytes: 0, writtenAt: null });
    await recordShow(fileURLToPath(uri), 2000);
    const first = (await stat(fileURLToPath(uri))).size;
    expect(await library.measure(id)).toMatchObject({ sizeBytes: first, joinBytes: 0 });
    const second = fileURLToPath((await library.addPart(id)).uri);
    await writeWebm(second, 1, 'whole');
    const { size, mtimeMs } = await stat(second);
    const both = first + size;
    expect(await library.measure(id)).toEqual({ sizeBytes: both, joinBytes: both, writtenAt: mtimeMs });
    const { sizeBytes } = await library.finish(id);
    expect(await library.measure(id)).toMatchObject({ sizeBytes, joinBytes: 0 });
    await expect(library.measure('2026-11-22-math-101-aaaaaaaa')).rejects.toMatchObject({
      code: 'recording-not-found',
    });
  });

  test('leaves a complete file of the embedded media server as it is', async () => {
    const library = await open();
    const { id, uri } = await library.create(show);
    const path = fileURLToPath(uri);
    await recordShow(path, 4000);
    const before = await readFile(path);
    expect(await library.finish(id)).toMatchObject({ state: 'ready', codecs: ['vp8', 'opus'] });
    expect(await readFile(wholeFile(id))).toEqual(before);
  });

  test('makes a file without duration and index seekable', async () => {
    const library = await open();
    const { id, uri } = await library.create(show);
    const path = fileURLToPath(uri);
    await writeWebm(path, 5, 'unfinished');
    expect((await inspectMedia(path))?.isSeekable).toBe(false);
    const finished = await library.finish(id);
    expect(finished.state).toBe('ready');
    expect(finished.durationMs).toBeGreaterThan(4900);
    expect(finished.sizeBytes).toBe((await stat(wholeFile(id))).size);
    expect(await inspectMedia(wholeFile(id))).toMatchObject({ isSeekable: true, codecs: ['vp8', 'opus'] });
    // The remaining files are deleted a moment after the recording is ready.
    await vi.waitFor(async () =>
      expect((await readdir(join(folder, id))).sort()).toEqual(['manifest.json', 'media.webm']),
    );
  });

  test('names the reason why an empty, a missing and an unreadable file have nothing to watch', async () => {
    const library = await open();
    const contents = [
      [Buffer.alloc(0), 'nothingCame'],
      [null, 'nothingCame'],
      [Buffer.from('this is no media'), 'notPlayable'],
    ] as const;
    for (const [content, problem] of contents) {
      const { id, uri } = await library.create(show);
      if (content !== null) await writeFile(fileURLToPath(uri), content);
      const finished = await library.finish(id);
      expect(finished.state).toBe('failed');
      expect(finished.failure).toBe(problem);
      await expect(library.locate(id)).rejects.toMatchObject({ code: 'recording-not-found' });
    }
  });

  test('keeps what was recorded when the recorder broke, and reports the reason when there is nothing', async () => {
    const library = await open();
    const broken = await library.create(show);
    await writeWebm(fileURLToPath(broken.uri), 2, 'unfinished');
    await age(fileURLToPath(broken.uri));
    await library.fail(broken.id, 'diskFull');
    expect(await library.get(broken.id)).toMatchObject({ state: 'ready', failure: null });
    const empty = await library.create(show);
    await library.fail(empty.id, 'diskFull');
    expect(await library.get(empty.id)).toMatchObject({ state: 'failed', failure: 'diskFull' });
    await library.fail('no-such', 'unknown');
  });

  test('deletes a recording with its file, but not while it is being written', async () => {
    const library = await open();
    const { id, uri } = await library.create(show);
    await expect(library.remove(id)).rejects.toMatchObject({ code: 'recording-in-use' });
    await expect(library.locate(id)).rejects.toMatchObject({ code: 'recording-in-use' });
    await writeWebm(fileURLToPath(uri), 1, 'whole');
    await library.finish(id);
    await library.remove(id);
    expect(await readdir(folder)).toEqual([]);
    await expect(library.get(id)).rejects.toMatchObject({ code: 'recording-not-found' });
    await expect(library.remove(id)).rejects.toMatchObject({ code: 'recording-not-found' });
  });

  test('lists the newest first, also after a restart', async () => {
    const first = await open();
    const ids: string[] = [];
    for (const startedAt of [2000, 1000, 3000]) {
      const { id, uri } = await first.create({ ...show, startedAt });
      await writeWebm(fileURLToPath(uri), 1, 'whole');
      await first.finish(id);
      ids.push(id);
    }
    const expected = [ids[2], ids[0], ids[1]];
    expect((await first.list()).map(({ id }) => id)).toEqual(expected);
    const second = await open();
    expect((await second.list()).map(({ id }) => id)).toEqual(expected);
    expect((await second.list()).every(({ state }) => state === 'ready')).toBe(true);
  });

  test('reports in one sentence that the folder cannot be made', async () => {
    await writeFile(folder, 'a file stands in the way');
    await expect(open()).rejects.toThrow(/^The recordings folder .* cannot be made or written \(.*\)\.$/);
  });
});

describe('what an earlier run left behind', () => {
  test('is finished in the background: a file cut off by a crash becomes seekable with its true duration', async () => {
    const { id } = await leaveOrphan(async (at) => {
      await recordShow(at, 10_000);
      await truncate(at, 0.6);
    });
    const library = await open();
    expect(['finishing', 'ready']).toContain((await library.get(id)).state);
    await vi.waitFor(async () => expect((await library.get(id)).state).toBe('ready'), { timeout: 10_000 });
    const recording = await library.get(id);
    expect(recording.durationMs).toBeGreaterThan(4800);
    expect(recording.durationMs).toBeLessThan(6200);
    expect(await inspectMedia(wholeFile(id))).toMatchObject({ isSeekable: true, durationMs: recording.durationMs });
  });

  test('becomes failed when nothing was written', async () => {
    const { id } = await leaveOrphan(async () => {});
    const library = await open();
    await vi.waitFor(async () => expect((await library.get(id)).state).toBe('failed'));
  });

  test('is not touched while a media server may still be writing it', async () => {
    const { id, path } = await leaveOrphan((at) => writeWebm(at, 1, 'unfinished'));
    const now = new Date();
    await utimes(path, now, now);
    const before = await readFile(path);
    const library = await open();
    expect((await library.get(id)).state).toBe('finishing');
    await library.close();
    expect(await readFile(path)).toEqual(before);
    // It is not forgotten either: the next start finds it as it was.
    expect((await (await open()).get(id)).state).toBe('finishing');
  });

  test('is not harmed by half-written manifests and repairs', async () => {
    const { id } = await leaveOrphan((at) => writeWebm(at, 2, 'unfinished'));
    await writeFile(join(folder, id, 'manifest.json.new'), '{ "id": "2026');
    await writeFile(`${wholeFile(id)}.joining`, 'half a file');
    const library = await open();
    await vi.waitFor(async () => expect((await library.get(id)).state).toBe('ready'));
    // The recording is ready a moment before the manifest is written.
    await vi.waitFor(async () => {
      expect((await readdir(join(folder, id))).sort()).toEqual(['manifest.json', 'media.webm']);
    });
  });

  test('is left alone and logged when its manifest is broken, and so are foreign files', async () => {
    const first = await open();
    const { id } = await first.create(show);
    await writeFile(join(folder, id, 'manifest.json'), '{ "id": 7 }');
    await mkdir(join(folder, '2026-11-22-other-abcdefgh'));
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await mkdir(join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), join(folder, '2026-11-22-linked-abcdefgh'));
    const library = await open();
    expect(await library.list()).toEqual([]);
    const warned = log.lines.flatMap(({ level, recordingId }) => (level === 40 ? (recordingId ?? '') : []));
    expect(new Set(warned)).toEqual(new Set([id, '2026-11-22-other-abcdefgh']));
    expect((await readdir(folder)).length).toBe(4);
  });

  test.each([
    ['Nothing was recorded, because neither sound nor picture reached the media server.', 'nothingCame', null],
    ['The media server does not answer. Please try again in a moment.', 'mediaServerAway', null],
    [
      'The recording could not be started, because the server’s disk refused. Please tell its operator.',
      'diskRefused',
      null,
    ],
    ['diskFull', 'diskFull', null],
    ['A sentence that nobody remembers.', 'unknown', 'A sentence that nobody remembers.'],
  ])(
    'is understood although its manifest gives the problem as a sentence of an earlier version: %s',
    async (words, failure, note) => {
      const { id } = await leaveOrphan(async () => {});
      const path = join(folder, id, 'manifest.json');
      const manifest = JSON.parse(await readFile(path, 'utf8'));
      await writeFile(path, JSON.stringify({ ...manifest, state: 'failed', parts: [], failure: words }));
      const library = await open();
      expect(await library.get(id)).toMatchObject({ state: 'failed', failure });
      await library.retitle(id, 'Another title');
      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ title: 'Another title', failure, note });
    },
  );

  test('is not taken for another recording when its folder was renamed', async () => {
    const { id } = await leaveOrphan((at) => writeWebm(at, 1, 'whole'));
    await rename(join(folder, id), join(folder, '2026-11-22-other-abcdefgh'));
    expect(await (await open()).list()).toEqual([]);
  });
});

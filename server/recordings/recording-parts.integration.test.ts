import { mkdir, readdir, readFile, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { describe, expect, test, vi } from 'vitest';
import { type ReadPacket, readRecording } from '../embedded-kurento/recording/testing/recording-rig.ts';
import { mountSmallDisk, reasonAgainstMounting, resizeDisk, unmountDisk } from '../media-files/testing/small-disk.ts';
import { inspectMedia } from './media-file.ts';
import type { RecordingLibrary } from './recording-library.ts';
import { readManifest, writeManifest } from './recording-manifest.ts';
import { age, libraryRig, recordShow, truncate, writeWebm } from './testing/recording-rig.ts';

const show = {
  channel: 'math',
  title: '',
  startedAt: Date.UTC(2026, 10, 22),
  codecs: { audio: 'opus', video: 'VP8' },
} as const;
const reason = reasonAgainstMounting();

const rig = libraryRig();

/** Records the parts of a recording, each with its own function; returns their `paths` in order. */
async function recordParts(
  library: RecordingLibrary,
  writers: readonly ((path: string) => Promise<void>)[],
): Promise<{ id: string; paths: string[] }> {
  const { id, uri } = await library.create(show);
  const paths: string[] = [];
  for (const write of writers) {
    const path = fileURLToPath(paths.length === 0 ? uri : (await library.addPart(id)).uri);
    await write(path);
    await age(path);
    paths.push(path);
  }
  return { id, paths };
}

const part =
  (durationMs: number, options: Parameters<typeof recordShow>[2] = {}) =>
  (path: string): Promise<void> =>
    recordShow(path, durationMs, options);
const empty = (path: string): Promise<void> => writeFile(path, '');

function isGrowing(packets: readonly ReadPacket[]): boolean {
  return packets.every(({ timeMs }, i) => i === 0 || timeMs > (packets[i - 1]?.timeMs ?? 0));
}

/** The picture sizes in the VP8 keyframes, in order, each once. */
async function pictureSizes(path: string): Promise<string[]> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const sizes = new Set<string>();
  const track = await input.getPrimaryVideoTrack();
  if (track !== null) {
    for await (const { type, data } of new EncodedPacketSink(track).packets()) {
      const frame = Buffer.from(data);
      if (type === 'key') sizes.add(`${frame.readUInt16LE(6)}x${frame.readUInt16LE(8)}`);
    }
  }
  input.dispose();
  return [...sizes];
}

describe('the parts of a recording', () => {
  test('become one file: an empty one, a truncated one, and one of another size', async () => {
    const library = await rig.open();
    const { id, paths } = await recordParts(library, [
      async (path) => {
        await part(8000)(path);
        await truncate(path, 0.7);
      },
      empty,
      part(4000, { fromMs: 100_000, size: { width: 1280, height: 720 } }),
    ]);
    expect(paths.map((path) => path.slice(rig.folder.length + id.length + 2))).toEqual([
      'media-1.webm',
      'media-2.webm',
      'media-3.webm',
    ]);
    const lengths = await Promise.all([paths[0], paths[2]].map((path = '') => inspectMedia(path)));
    const sumMs = lengths.reduce((sum, info) => sum + (info?.durationMs ?? 0), 0);
    expect(await library.get(id)).toMatchObject({ state: 'recording' });
    const finished = await library.finish(id);

    expect(finished).toMatchObject({ state: 'ready', codecs: ['vp8', 'opus'], contentType: 'video/webm' });
    expect(Math.abs((finished.durationMs ?? 0) - sumMs)).toBeLessThan(200);
    expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', 'media.webm']);
    const path = join(rig.folder, id, 'media.webm');
    expect((await inspectMedia(path))?.isSeekable).toBe(true);
    const { video, audio } = await readRecording(path);
    expect(isGrowing(video) && isGrowing(audio)).toBe(true);
    expect(await pictureSizes(path)).toEqual(['640x360', '1280x720']);
    // In each part, sound and picture have the same offset from their time of capture: they are in sync.
    for (const isOfPart of [
      ({ captureMs }: ReadPacket) => captureMs < 100_000,
      ({ captureMs }: ReadPacket) => captureMs >= 100_000,
    ]) {
      const shifts = [...video, ...audio].filter(isOfPart).map(({ timeMs, captureMs }) => timeMs - captureMs);
      expect(Math.max(...shifts) - Math.min(...shifts)).toBeLessThanOrEqual(2);
    }
    const joint = video.findIndex(({ captureMs }) => captureMs >= 100_000);
    expect(video[joint]?.isKey).toBe(true);
    expect((video[joint]?.timeMs ?? 0) - (video[joint - 1]?.timeMs ?? 0)).toBeLessThan(600);
    expect(video.slice(joint)).toHaveLength(100);
    expect(audio.filter(({ captureMs }) => captureMs >= 100_000)).toHaveLength(200);
  });

  test('may be added after the recording was finished', async () => {
    const library = await rig.open();
    const { id } = await recordParts(library, [part(3000)]);
    expect((await library.finish(id)).state).toBe('ready');
    for (const fromMs of [100_000, 200_000]) {
      const { uri } = await library.addPart(id);
      expect(await library.get(id)).toMatchObject({ state: 'recording', durationMs: null });
      await expect(library.locate(id)).rejects.toMatchObject({ code: 'recording-in-use' });
      await part(2000, { fromMs })(fileURLToPath(uri));
      expect(await library.finish(id)).toMatchObject({ state: 'ready' });
    }
    expect(Math.abs(((await library.get(id)).durationMs ?? 0) - 7000)).toBeLessThan(200);
    const { folder: at, file } = await library.locate(id);
    const { video } = await readRecording(join(at, file));
    expect(video).toHaveLength(175);
    expect(isGrowing(video)).toBe(true);
    expect((await readdir(at)).sort()).toEqual(['manifest.json', file].sort());
    await expect(library.addPart('2026-11-22-math-aaaaaaaa')).rejects.toMatchObject({ code: 'recording-not-found' });
  });

  test('of another codec are kept next to the longest run, and the manifest notes this', async () => {
    const library = await rig.open();
    const { id } = await recordParts(library, [
      (path) => writeWebm(path, 2, 'unfinished', 'vp9'),
      (path) => writeWebm(path, 3, 'unfinished'),
      (path) => writeWebm(path, 2, 'whole'),
    ]);
    const finished = await library.finish(id);
    expect(finished).toMatchObject({ state: 'ready', codecs: ['vp8', 'opus'] });
    expect(Math.abs((finished.durationMs ?? 0) - 5000)).toBeLessThan(200);
    expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', 'media-1.webm', 'media.webm']);
    const manifest = await readManifest(join(rig.folder, id), id);
    expect(manifest).toMatchObject({ kept: ['media-1.webm'], parts: [] });
    expect(manifest.note).toMatch(/^[A-Z].*media-1\.webm\.$/);
  });

  test('with sound alone and with a picture can follow each other', async () => {
    const library = await rig.open();
    const { id } = await recordParts(library, [
      part(3000, { sends: { audio: true, video: false } }),
      part(3000, { fromMs: 100_000 }),
    ]);
    const finished = await library.finish(id);
    expect(finished).toMatchObject({ state: 'ready', codecs: ['vp8', 'opus'] });
    expect(Math.abs((finished.durationMs ?? 0) - 6000)).toBeLessThan(200);
  });

  test('all stay when they cannot be joined, and the next start tries again', async () => {
    const first = await rig.open();
    const { id, paths } = await recordParts(first, [part(3000), part(2000, { fromMs: 100_000 })]);
    // A folder cannot be replaced by a file.
    await mkdir(join(rig.folder, id, 'media.webm'));
    expect(await first.finish(id)).toMatchObject({ state: 'ready', failure: null });
    expect((await first.locate(id)).file).toBe('media-1.webm');
    for (const path of paths) expect((await inspectMedia(path))?.isSeekable).toBe(true);
    expect((await readManifest(join(rig.folder, id), id)).note).toMatch(/tries again\.$/);
    await first.close();
    await rmdir(join(rig.folder, id, 'media.webm'));
    const second = await rig.open();
    await vi.waitFor(async () => expect((await second.locate(id)).file).toBe('media.webm'));
    expect(Math.abs(((await second.get(id)).durationMs ?? 0) - 5000)).toBeLessThan(200);
    // The parts are deleted last.
    await vi.waitFor(async () =>
      expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', 'media.webm']),
    );
  });

  test.runIf(reason === null)(
    `all stay on a full disk, and are joined when it has space again${reason === null ? '' : ` (left out: ${reason})`}`,
    async () => {
      mountSmallDisk(rig.folder, '2m');
      try {
        const first = await rig.open();
        const { id } = await recordParts(first, [part(10_000), part(60_000, { fromMs: 100_000 })]);
        expect((await first.space()).freeBytes).toBeLessThan(100_000);
        expect((await first.finish(id)).state).toBe('ready');
        expect((await readdir(join(rig.folder, id))).filter((name) => name.endsWith('.webm'))).toHaveLength(2);
        await first.close();
        resizeDisk(rig.folder, '8m');
        const second = await rig.open();
        await vi.waitFor(async () => expect((await second.locate(id)).file).toBe('media.webm'), { timeout: 5000 });
        expect((await second.get(id)).durationMs).toBeGreaterThan(37_000);
        await second.close();
      } finally {
        unmountDisk(rig.folder);
      }
    },
  );
});

test('a part that cannot be seen on disk for a while is not treated as empty, and not deleted', async () => {
  const library = await rig.open();
  const { id, paths } = await recordParts(library, [part(1_000), part(1_000)]);
  const [first = ''] = paths;
  await rename(first, `${first}.away`);
  // A link to itself cannot be examined, like a file on a faulty disk.
  await symlink(first, first);
  expect(await library.finish(id)).toMatchObject({ state: 'failed', failure: 'notReadable' });
  await rm(first);
  await rename(`${first}.away`, first);
  const next = await rig.open();
  await vi.waitFor(async () => expect((await next.get(id)).state).toBe('ready'));
  expect((await next.get(id)).durationMs).toBeGreaterThan(1_900);
});

describe('a recording that its broadcast may resume after a restart', () => {
  test('is left alone at the start, is resumed, and becomes one file', async () => {
    const first = await rig.open();
    const held = await recordParts(first, [(path) => writeWebm(path, 3, 'unfinished')]);
    const other = await recordParts(first, [(path) => writeWebm(path, 1, 'unfinished')]);
    await first.close();
    const [path = ''] = held.paths;
    const before = await readFile(path);
    const manifest = await readFile(join(rig.folder, held.id, 'manifest.json'));
    const library = await rig.open(new Set([held.id]));
    await vi.waitFor(async () => expect((await library.get(other.id)).state).toBe('ready'));
    expect((await library.get(held.id)).state).toBe('recording');
    expect(await readFile(path)).toEqual(before);
    expect(await readFile(join(rig.folder, held.id, 'manifest.json'))).toEqual(manifest);

    const { uri } = await library.addPart(held.id);
    expect(uri).toMatch(/\/media-2\.webm$/);
    await writeWebm(fileURLToPath(uri), 2, 'whole');
    expect((await library.get(held.id)).state).toBe('recording');
    expect(Math.abs(((await library.finish(held.id)).durationMs ?? 0) - 5000)).toBeLessThan(200);
  });

  test('is finished like any other when it is not resumed', async () => {
    const first = await rig.open();
    const { id } = await recordParts(first, [(path) => writeWebm(path, 2, 'unfinished')]);
    await first.close();
    const library = await rig.open(new Set([id]));
    expect((await library.finish(id)).state).toBe('ready');
  });
});

describe('a server that died while finishing a recording', () => {
  test('finds a part that it had already renamed', async () => {
    const first = await rig.open();
    const { id } = await recordParts(first, [part(2000), empty]);
    await first.close();
    const at = join(rig.folder, id);
    await writeManifest(at, { ...(await readManifest(at, id)), state: 'finishing', renaming: 'media-1.webm' });
    await rename(join(at, 'media-1.webm'), join(at, 'media.webm'));
    const library = await rig.open();
    await vi.waitFor(async () => expect((await library.get(id)).state).toBe('ready'));
    expect(Math.abs(((await library.get(id)).durationMs ?? 0) - 2000)).toBeLessThan(100);
    // The remaining files are deleted a moment after the recording is ready.
    await vi.waitFor(async () => expect((await readdir(at)).sort()).toEqual(['manifest.json', 'media.webm']));
  });

  test('joins again what was joined but not noted, and deletes what was noted but not deleted', async () => {
    const first = await rig.open();
    const { id, paths } = await recordParts(first, [part(2000), part(2000, { fromMs: 100_000 })]);
    const bytes = await Promise.all(paths.map((path) => readFile(path)));
    const at = join(rig.folder, id);
    const before = await readManifest(at, id);
    await first.finish(id);
    await first.close();
    const after = await readManifest(at, id);
    for (const manifest of [before, { ...after, obsolete: ['media-1.webm', 'media-2.webm'] }]) {
      await writeManifest(at, manifest);
      for (const [i, path] of paths.entries()) await writeFile(path, bytes[i] ?? '').then(() => age(path));
      const library = await rig.open();
      await vi.waitFor(async () => expect((await readdir(at)).sort()).toEqual(['manifest.json', 'media.webm']));
      await vi.waitFor(async () => expect((await library.get(id)).state).toBe('ready'));
      expect(Math.abs(((await library.get(id)).durationMs ?? 0) - 4000)).toBeLessThan(200);
      await library.close();
    }
  });
});

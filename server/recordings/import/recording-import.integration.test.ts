import { appendFile, copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recordingPaths } from '../../../lib/recording.ts';
import { inspectMedia } from '../media-file.ts';
import { LibraryServer } from '../testing/library-server.ts';
import { recordShow, truncate, writeWebm } from '../testing/recording-rig.ts';

const fromKurento = fileURLToPath(new URL('../testing/fixtures/kurento-vp8-opus-22s.webm', import.meta.url));

let folder: string;
let server: LibraryServer;
const quick = { care: { watchEveryMs: 20, settledMs: 300 } };

beforeEach(async () => {
  folder = await LibraryServer.makeFolder();
  server = await LibraryServer.open(folder, quick);
});
afterEach(() => server.remove());

/** The only recording, once it can be watched. */
async function imported() {
  return await vi.waitFor(
    async () => {
      const { recordings } = await server.page();
      expect(recordings).toMatchObject([{ state: 'ready' }]);
      return recordings[0] as (typeof recordings)[number];
    },
    { timeout: 15_000, interval: 50 },
  );
}
const messages = () => server.logs.lines.map(({ msg }) => msg);

describe('a file that somebody puts into the recordings folder', () => {
  test('becomes a recording with its name, length and bytes', async () => {
    await writeWebm(join(folder, 'Weihnachts-Konzert 🎄.webm'), 3, 'whole');
    const recording = await imported();
    expect(recording).toMatchObject({ title: 'Weihnachts-Konzert 🎄', channel: 'imported', codecs: ['vp8', 'opus'] });
    expect(Math.abs((recording.durationMs ?? 0) - 3_000)).toBeLessThan(100);
    const response = await server.ask(recordingPaths.media(recording.id));
    expect((await response.arrayBuffer()).byteLength).toBe(recording.sizeBytes);
    expect((await readdir(folder)).filter((name) => name.endsWith('.webm'))).toEqual([]);
  });

  test('of another muxer is copied, so that it plays and seeks', async () => {
    await copyFile(fromKurento, join(folder, 'from Kurento.webm'));
    const { id } = await imported();
    const info = await inspectMedia(join(folder, id, 'media.webm'));
    expect([info?.isSeekable, Math.floor((info?.durationMs ?? 0) / 1_000)]).toEqual([true, 22]);
  });

  test('and was downloaded here has its channel and its time again', async () => {
    await writeWebm(join(folder, 'math-101 – Sums – 2026-11-22 14.05.webm'), 1, 'whole');
    const startedAt = new Date(2026, 10, 22, 14, 5).getTime();
    expect(await imported()).toMatchObject({ title: 'Sums', channel: 'math-101', startedAt });
  });

  test('may be in a folder, which gives it its name', async () => {
    const path = join(folder, 'Summer camp');
    await mkdir(path);
    await recordShow(join(path, 'clip.mkv'), 2_000);
    expect(await imported()).toMatchObject({ title: 'Summer camp', contentType: 'video/webm' });
    expect(await readdir(folder)).not.toContain('Summer camp');
  });

  test('may be in the folder of a recording that lost its manifest, and keeps its address', async () => {
    const id = '2026-11-22-math-101-k3v9x2pm';
    const path = join(folder, id);
    await mkdir(path);
    await writeWebm(join(path, 'media.webm'), 1, 'whole');
    expect(await imported()).toMatchObject({ id, channel: 'math-101' });
  });

  test.each([1, 8, 20_000, 11 * 2 ** 20])(
    'may end with %i zeros, as after a power failure',
    { tags: ['long'] },
    async (zeros) => {
      const path = join(folder, 'half.webm');
      await writeWebm(path, 2, 'unfinished');
      await appendFile(path, Buffer.alloc(zeros));
      expect(Math.abs(((await imported()).durationMs ?? 0) - 2_000)).toBeLessThan(100);
    },
  );

  test('is left alone while it grows', async () => {
    const path = join(folder, 'growing.webm');
    await writeWebm(path, 2, 'unfinished');
    let grown = 0;
    const growing = setInterval(() => {
      grown += 1;
      void appendFile(path, Buffer.alloc(100));
    }, 50);
    await vi.waitFor(() => expect(grown).toBeGreaterThan(15), { timeout: 10_000 });
    expect((await server.page()).recordings).toEqual([]);
    expect(await readdir(folder)).toContain('growing.webm');
    clearInterval(growing);
    expect((await imported()).title).toBe('growing');
  });

  test('is left alone if it is empty, broken, a link or something else, with one line each in the log', async () => {
    await writeFile(join(folder, 'empty.webm'), '');
    await writeFile(join(folder, 'broken.mp4'), 'this is no film');
    await writeWebm(join(folder, 'cut.mkv'), 1, 'whole');
    await truncate(join(folder, 'cut.mkv'), 0.01);
    await writeFile(join(folder, 'notes.txt'), 'hello');
    await mkdir(join(folder, 'no media here'));
    const elsewhere = join(tmpdir(), `elsewhere-${process.pid}.webm`);
    await writeWebm(elsewhere, 1, 'whole');
    await symlink(elsewhere, join(folder, 'link.webm'));
    const before = (await readdir(folder)).toSorted();
    const left = () => messages().filter((message) => message.endsWith('left alone'));
    await vi.waitFor(() => expect(left()).toHaveLength(6), { timeout: 10_000 });
    await writeWebm(join(folder, 'good.webm'), 1, 'whole');
    await imported();
    expect(left()).toHaveLength(6);
    expect((await readdir(folder)).filter((name) => before.includes(name)).toSorted()).toEqual(before);
    await rm(elsewhere);
  });

  test('is imported once it is replaced by one that can be played', async () => {
    const path = join(folder, 'later.webm');
    await writeFile(path, 'not yet');
    await vi.waitFor(() => expect(messages()).toContainEqual(expect.stringMatching(/cannot be played/)), {
      timeout: 10_000,
    });
    await writeWebm(path, 1, 'whole');
    expect((await imported()).title).toBe('later');
  });

  test('is finished by the next start if the server ended while it was being copied', { tags: ['long'] }, async () => {
    await copyFile(fromKurento, join(folder, 'interrupted.webm'));
    await vi.waitFor(() => expect(messages()).toContain('A file became a recording'), { timeout: 10_000 });
    await server.close();
    server = await LibraryServer.open(folder, quick);
    expect(await imported()).toMatchObject({ title: 'interrupted' });
  });
});

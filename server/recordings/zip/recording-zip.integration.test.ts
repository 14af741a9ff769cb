import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, readlink, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recordingPaths } from '../../../lib/recording.ts';
import { LibraryServer, layDown, ownerKey } from '../testing/library-server.ts';
import { readZip, type ZipEntry } from './testing/zip-reader.ts';

const run = promisify(execFile);

let folder: string;
let server: LibraryServer;

beforeEach(async () => {
  folder = await LibraryServer.makeFolder();
});
afterEach(() => server.remove());

const zip = (ids: readonly string[], query = '') =>
  server.ask(recordingPaths.zip + query, { method: 'POST', body: new URLSearchParams(ids.map((id) => ['id', id])) });
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

describe('a ZIP of recordings', () => {
  test('has the bytes of each under its title, in a size that was announced, and unzip accepts it', async () => {
    const titles = ['수학 1강', 'Open day', 'open DAY', 'a/b: “c”?', '🎉', ''];
    const made = [];
    for (const title of titles)
      made.push(await layDown(folder, { title, bytes: randomBytes(1 + titles.indexOf(title) * 90_001) }));
    server = await LibraryServer.open(folder);
    const ids = made.map(({ id }) => id);
    const announced = (await (await zip(ids, '?check')).json()) as { sizeBytes: number };
    const response = await zip(ids);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="Rostrum \d{4}-\d\d-\d\d\.zip"/);
    const body = Buffer.from(await response.arrayBuffer());
    expect([Number(response.headers.get('content-length')), body.length]).toEqual([announced.sizeBytes, body.length]);

    const names = ['수학 1강.mp4', 'Open day.mp4', 'open DAY (2).mp4', 'a b “c”.mp4', '🎉.mp4', 'math-101.mp4'];
    const unpacked = await mkdtemp(join(tmpdir(), 'unzipped-'));
    try {
      const archive = join(unpacked, 'all.zip');
      await writeFile(archive, body);
      await run('python3', ['-m', 'zipfile', '-t', archive]);
      await run('python3', ['-m', 'zipfile', '-e', archive, join(unpacked, 'out')]);
      expect((await readdir(join(unpacked, 'out'))).toSorted()).toEqual(names.toSorted());
      for (const [index, name] of names.entries())
        expect((await readFile(join(unpacked, 'out', name))).equals(made[index]?.bytes ?? Buffer.alloc(0)), name).toBe(
          true,
        );
    } finally {
      await rm(unpacked, { recursive: true });
    }
  });

  test('has only what its reader may watch', async () => {
    const open = await layDown(folder);
    const hidden = await layDown(folder, { visibility: 'private' });
    server = await LibraryServer.open(folder);
    expect(await codeOf(await zip([open.id, hidden.id]))).toBe('presenters-only');
    await server.enter(ownerKey);
    expect((await zip([open.id, hidden.id])).status).toBe(200);
  });

  test.each([
    ['nothing', []],
    ['what are no ids', ['../../etc/passwd']],
    ['too many', Array.from({ length: 501 }, (_, index) => `2026-11-22-math-101-${idEnd(index)}`)],
  ])('is refused for %s', async (_, ids) => {
    server = await LibraryServer.open(folder);
    const response = await zip(ids);
    expect([response.status, await codeOf(response)]).toEqual([400, 'bad-request']);
  });

  test('is refused before it begins when a file is gone or its recording is in the trash', async () => {
    const [here, gone, deleted] = [await layDown(folder), await layDown(folder), await layDown(folder)];
    server = await LibraryServer.open(folder);
    await rm(join(folder, gone.id, 'media.mp4'));
    await server.send('DELETE', recordingPaths.one(deleted.id));
    for (const { id } of [gone, deleted]) {
      const response = await zip([here.id, id]);
      expect([response.status, await codeOf(response)]).toEqual([404, 'recording-not-found']);
    }
    expect((await zip([here.id])).status).toBe(200);
  });

  test.each([
    ['becomes shorter', (path: string) => truncate(path, 1_000)],
    ['is removed', (path: string) => rename(path, `${path}.away`)],
  ])('breaks off, rather than being complete, when a file %s meanwhile', async (_, change) => {
    const first = await layDown(folder, { bytes: randomBytes(30_000_000) });
    const second = await layDown(folder, { bytes: randomBytes(3_000_000) });
    server = await LibraryServer.open(folder);
    const outcome = new Promise<string>((resolve) => {
      const form = new URLSearchParams([
        ['id', first.id],
        ['id', second.id],
      ]).toString();
      const headers = { 'content-length': form.length };
      request(`${server.origin}${recordingPaths.zip}`, { method: 'POST', headers }, async (response) => {
        // Until it is read, only what fits into buffers is sent.
        await change(join(folder, second.id, 'media.mp4'));
        response.on('end', () => resolve('complete')).on('error', () => resolve('broken off'));
        response.resume();
      }).end(form);
    });
    expect(await outcome).toBe('broken off');
    expect(server.logs.lines.map(({ msg }) => msg)).toContain('A ZIP of recordings broke off');
  });

  test('closes its files when the reader leaves', async () => {
    const large = await layDown(folder, { bytes: randomBytes(30_000_000) });
    server = await LibraryServer.open(folder);
    const isOpen = async () => {
      const links = await Promise.all(
        (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
      );
      return links.some((path) => path.startsWith(folder));
    };
    const abort = new AbortController();
    const body = new URLSearchParams([['id', large.id]]);
    const response = await server.ask(recordingPaths.zip, { method: 'POST', body, signal: abort.signal });
    await response.body?.getReader().read();
    expect(await isOpen()).toBe(true);
    abort.abort();
    await vi.waitFor(async () => expect(await isOpen()).toBe(false), 5_000);
  });

  test('of more than 4 GB is whole, and takes no memory', { tags: ['long'], timeout: 600_000 }, async () => {
    const large = await layDown(folder, { title: 'Large' });
    const small = await layDown(folder, { title: 'Small' });
    const sizeBytes = 4.5 * 2 ** 30;
    const file = await open(join(folder, large.id, 'media.mp4'), 'r+');
    // The rest is a hole, which takes no space on the disk.
    await file.truncate(sizeBytes);
    await file.write(Buffer.from('the end'), 0, 7, sizeBytes - 7);
    await file.close();
    server = await LibraryServer.open(folder);
    const response = await zip([large.id, small.id]);
    const before = process.memoryUsage().rss;
    let mostRss = before;
    const entries: ZipEntry[] = [];
    await readZip(
      response.body as ReadableStream<Uint8Array>,
      Number(response.headers.get('content-length')),
      (entry) => {
        entries.push(entry);
        mostRss = Math.max(mostRss, process.memoryUsage().rss);
      },
      () => {
        mostRss = Math.max(mostRss, process.memoryUsage().rss);
      },
    );
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ['Large.mp4', sizeBytes],
      ['Small.mp4', 1_000],
    ]);
    expect(entries[1]?.sha256).toBe(createHash('sha256').update(small.bytes).digest('hex'));
    expect(entries[0]?.tail).toBe('the end');
    expect((mostRss - before) / 2 ** 20).toBeLessThan(200);
  });
});

/** A different end of an id for every number. */
function idEnd(number: number): string {
  const digits = number.toString(8).padStart(8, '0');
  return digits.replaceAll(/./g, (digit) => String(Number(digit) + 2));
}

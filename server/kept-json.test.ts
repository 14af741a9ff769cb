import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeptJson } from './kept-json.ts';
import { openLogger } from './logger.ts';

const logger = openLogger('silent');
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-kept-'));
  path = join(folder, 'kept.json');
});
afterEach(() => rm(folder, { recursive: true }));

const onDisk = async () => JSON.parse(await readFile(path, 'utf8'));
/** A folder in the place of the file that is written first, which no user may write over. */
const obstacle = () => `${path}.new`;

it('a write that failed is not believed to be on the disk: the same value is written when it is saved again', async () => {
  const kept = new KeptJson(path, logger);
  await kept.save('before');
  await mkdir(obstacle());
  await kept.save('after');
  expect(await onDisk()).toBe('before');
  await rmdir(obstacle());
  await kept.save('after');
  expect(await onDisk()).toBe('after');
});

it('a write that failed is made up for when the disk is well again, though nobody saves', async () => {
  const kept = new KeptJson(path, logger, 20);
  await mkdir(obstacle());
  await kept.save('first');
  await kept.save('second');
  await rmdir(obstacle());
  await vi.waitFor(async () => expect(await onDisk()).toBe('second'));
});

it('a value from before a write that failed is written once more, as nobody knows what is on the disk', async () => {
  const kept = new KeptJson(path, logger);
  await kept.save('one');
  await mkdir(obstacle());
  await kept.save('two');
  await rmdir(obstacle());
  await kept.save('one');
  await kept.save('three');
  expect(await onDisk()).toBe('three');
  expect(await readdir(folder)).toEqual(['kept.json']);
});

it('a file that cannot be understood is put aside, and not destroyed by the next write', async () => {
  await writeFile(path, '{"version":2,');
  const kept = new KeptJson(path, logger);
  expect(await kept.load(String, 'nothing')).toBe('nothing');
  await kept.save('new');
  expect(await onDisk()).toBe('new');
  expect(await readFile(`${path}.unreadable`, 'utf8')).toBe('{"version":2,');
});

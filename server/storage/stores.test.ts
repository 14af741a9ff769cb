import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLogger } from '../logger.ts';
import { JsonFile, liveStore } from './stores.ts';

const logger = openLogger('silent');
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-kept-'));
  path = join(folder, 'kept.json');
});
afterEach(() => rm(folder, { recursive: true }));

const onDisk = async () => JSON.parse(await readFile(path, 'utf8'));
/** A folder in place of the file that is written first, which no user can overwrite. */
const obstacle = () => `${path}.new`;

describe('a stored file', () => {
  it('a failed write does not count as being on the disk: the same value is written when it is saved again', async () => {
    const kept = new JsonFile(path, logger);
    await kept.save('before');
    await mkdir(obstacle());
    await kept.save('after');
    expect(await onDisk()).toBe('before');
    await rmdir(obstacle());
    await kept.save('after');
    expect(await onDisk()).toBe('after');
  });

  it('a failed write is retried until the disk works again, without another save', async () => {
    const kept = new JsonFile(path, logger, 20);
    await mkdir(obstacle());
    await kept.save('first');
    await kept.save('second');
    await rmdir(obstacle());
    await vi.waitFor(async () => expect(await onDisk()).toBe('second'));
  });

  it('a value from before a failed write is written once more, as it is unknown what is on the disk', async () => {
    const kept = new JsonFile(path, logger);
    await kept.save('one');
    await mkdir(obstacle());
    await kept.save('two');
    await rmdir(obstacle());
    await kept.save('one');
    await kept.save('three');
    expect(await onDisk()).toBe('three');
    expect(await readdir(folder)).toEqual(['kept.json']);
  });

  it('a file that cannot be parsed is moved aside, and not destroyed by the next write', async () => {
    await writeFile(path, '{"version":2,');
    const kept = new JsonFile(path, logger);
    expect(await kept.load(String, 'nothing')).toBe('nothing');
    await kept.save('new');
    expect(await onDisk()).toBe('new');
    expect(await readFile(`${path}.unreadable`, 'utf8')).toBe('{"version":2,');
  });
});

describe('what is on air', () => {
  const show = {
    id: 'one',
    channel: 'math-101',
    title: 'Sums',
    resumeToken: 'a token of some length',
    startedAt: 1,
    record: 'on' as const,
    recordingId: null,
    recordedMs: 0,
    partSince: null,
    peakViewers: 3,
    cameraOn: false,
    keyId: null,
    guests: null,
  };

  it('finds again what was on air, and nothing where nothing was', async () => {
    expect(await liveStore(folder, logger).load()).toEqual([]);
    await liveStore(folder, logger).save([show]);
    expect(await liveStore(folder, logger).load()).toEqual([show]);
    expect((await stat(join(folder, 'live.json'))).mode & 0o777).toBe(0o600);
  });

  it('ends with the latest value, however fast changes come', async () => {
    const store = liveStore(folder, logger);
    for (let since = 0; since < 50; since++) void store.save([{ ...show, startedAt: since }]);
    await store.save([]);
    expect(JSON.parse(await readFile(join(folder, 'live.json'), 'utf8')).broadcasts).toEqual([]);
  });

  it('survives a broken file', async () => {
    await writeFile(join(folder, 'live.json'), '{"version":1,"broadc');
    expect(await liveStore(folder, logger).load()).toEqual([]);
  });

  it.each([
    [true, 'on'],
    [false, 'off'],
  ])('reads what was kept before a recording could pause: %s is %s', async (record, mode) => {
    const { recordedMs: _, partSince: __, peakViewers: ___, cameraOn: ____, ...older } = { ...show, record };
    await writeFile(join(folder, 'live.json'), JSON.stringify({ version: 1, broadcasts: [older] }));
    expect(await liveStore(folder, logger).load()).toEqual([{ ...show, record: mode, peakViewers: 0, cameraOn: true }]);
  });
});

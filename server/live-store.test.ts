import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LiveStore } from './live-store.ts';
import { openLogger } from './logger.ts';

const logger = openLogger('silent');
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
};
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-live-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('finds again what was on air, and nothing where nothing was', async () => {
  expect(await new LiveStore(folder, logger).load()).toEqual([]);
  await new LiveStore(folder, logger).save([show]);
  expect(await new LiveStore(folder, logger).load()).toEqual([show]);
  expect((await stat(join(folder, 'live.json'))).mode & 0o777).toBe(0o600);
});

it('ends with the newest, however fast changes come', async () => {
  const store = new LiveStore(folder, logger);
  for (let since = 0; since < 50; since++) void store.save([{ ...show, startedAt: since }]);
  await store.save([]);
  expect(JSON.parse(await readFile(join(folder, 'live.json'), 'utf8')).broadcasts).toEqual([]);
});

it('survives a file that is broken', async () => {
  await writeFile(join(folder, 'live.json'), '{"version":1,"broadc');
  expect(await new LiveStore(folder, logger).load()).toEqual([]);
});

it.each([
  [true, 'on'],
  [false, 'off'],
])('reads what was kept before a recording could pause: %s is %s', async (record, wish) => {
  const { recordedMs: _, partSince: __, peakViewers: ___, cameraOn: ____, ...older } = { ...show, record };
  await writeFile(join(folder, 'live.json'), JSON.stringify({ version: 1, broadcasts: [older] }));
  expect(await new LiveStore(folder, logger).load()).toEqual([
    { ...show, record: wish, peakViewers: 0, cameraOn: true },
  ]);
});

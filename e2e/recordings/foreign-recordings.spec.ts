import { copyFile, mkdir, mkdtemp, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright/test';
import { recordingPaths } from '../../lib/recording.ts';
import { recordingSchema } from '../../lib/recording-schema.ts';
import { expect, test } from '../fixtures.ts';
import { seeksEverywhere } from '../media/recorded-file.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

const fixture = fileURLToPath(
  new URL('../../server/recordings/testing/fixtures/kurento-vp8-opus-22s.webm', import.meta.url),
);
const id = '2026-11-22-kurento-k3v9x2pm';

/** A data folder with one recording, whose file a Kurento wrote and which is as `manifest` says. */
async function dataFolderWith(manifest: { state: string; file: string; parts: string[] }): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rostrum-e2e-'));
  const folder = join(dataDir, 'recordings', id);
  await mkdir(folder, { recursive: true });
  const media = join(folder, manifest.parts[0] ?? manifest.file);
  await copyFile(fixture, media);
  const hourAgo = new Date(Date.now() - 3_600_000);
  await utimes(media, hourAgo, hourAgo);
  const known = {
    id,
    channel: 'kurento',
    title: 'Recorded by a Kurento',
    startedAt: 0,
    durationMs: null,
    sizeBytes: 0,
  };
  const rest = { version: 1, codecs: [], contentType: 'video/webm', failure: null };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...known, ...rest, ...manifest }));
  return dataDir;
}

/** The recording is there, is as long as its file, and plays and seeks in its page. */
async function expectToPlay(page: Page, server: RostrumServer, isDone: (sizeBytes: number) => boolean) {
  const ask = async () =>
    recordingSchema.parse(await (await page.request.get(`${server.url}${recordingPaths.one(id)}`)).json());
  await expect.poll(async () => (await ask()).state).toBe('ready');
  await expect.poll(async () => isDone((await ask()).sizeBytes)).toBe(true);
  expect(Math.abs(((await ask()).durationMs ?? 0) - 22_706)).toBeLessThan(100);
  await seeksEverywhere(page, server.url, id);
}

test('a recording that a Kurento wrote and completed plays and seeks in its page, to its very start as well', {
  tag: '@long',
}, async ({ page }) => {
  const dataDir = await dataFolderWith({ state: 'recording', file: 'media.webm', parts: ['media-1.webm'] });
  const server = await startRostrum({}, { dataDir });
  try {
    await expectToPlay(page, server, () => true);
  } finally {
    await server.close();
  }
});

test('a recording of a Kurento that an earlier version left as it was plays and seeks after the next start', {
  tag: '@long',
}, async ({ page }) => {
  const dataDir = await dataFolderWith({ state: 'ready', file: 'media.webm', parts: [] });
  const server = await startRostrum({}, { dataDir });
  try {
    // Its size is only known once the file was looked into.
    await expectToPlay(page, server, (sizeBytes) => sizeBytes > 0);
  } finally {
    await server.close();
  }
});

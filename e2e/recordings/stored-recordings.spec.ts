import { copyFile, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordingPaths } from '../../lib/recording.ts';
import { SwiftServer, whyNoStore } from '../../server/recordings/s3/testing/swift-server.ts';
import { expect, test } from '../fixtures.ts';
import { seeksEverywhere } from '../media/recorded-file.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const fixture = fileURLToPath(
  new URL('../../server/recordings/testing/fixtures/kurento-vp8-opus-22s.webm', import.meta.url),
);
const id = '2026-11-22-stored-k3v9x2pm';

/** A data folder with one recording, which a server completes at its start. */
async function dataFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rostrum-e2e-'));
  const folder = join(dataDir, 'recordings', id);
  await mkdir(folder, { recursive: true });
  await copyFile(fixture, join(folder, 'media.webm'));
  const known = { id, channel: 'stored', title: 'Stored', startedAt: 0, durationMs: null, sizeBytes: 0, codecs: [] };
  const rest = { version: 1, contentType: 'video/webm', failure: null, state: 'ready', file: 'media.webm' };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...known, ...rest }));
  return dataDir;
}

for (const downloads of ['proxied', 'presigned']) {
  test(`a recording that is only in a store plays, seeks and downloads, ${downloads}`, { tag: '@long' }, async ({
    page,
  }) => {
    test.setTimeout(180_000);
    const obstacle = await whyNoStore();
    test.skip(obstacle !== null, obstacle ?? '');
    const store = await SwiftServer.start();
    const { endpoint, bucket, accessKeyId, secretAccessKey } = await store.createBucket();
    const dataDir = await dataFolder();
    const server = await startRostrum(
      {
        RECORDINGS_S3_ENDPOINT: `${endpoint}`,
        RECORDINGS_S3_BUCKET: bucket,
        RECORDINGS_S3_ACCESS_KEY_ID: accessKeyId,
        RECORDINGS_S3_SECRET_ACCESS_KEY: secretAccessKey,
        RECORDINGS_S3_KEEP_LOCAL_HOURS: '0',
        RECORDINGS_S3_DOWNLOADS: downloads,
      },
      { dataDir },
    );
    try {
      const onDisk = () => readdir(join(dataDir, 'recordings', id));
      await expect.poll(onDisk, { timeout: 60_000 }).toEqual(['manifest.json']);
      await seeksEverywhere(page, server.url, id);
      const answer = await page.request.get(`${server.url}${recordingPaths.download(id)}`);
      expect(answer.url().startsWith(`${endpoint}/`)).toBe(downloads === 'presigned');
      expect(answer.headers()['content-disposition']).toContain('filename="stored - Stored - ');
      expect((await answer.body()).length).toBeGreaterThan(100_000);
    } finally {
      await server.close();
      await store.close();
    }
  });
}

import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { type Recording, recordingPaths } from '../../lib/recording.ts';
import { whyNoRedis } from '../../server/cluster/testing/redis-server.ts';
import type { WebServer } from '../../server/cluster/testing/web-server.ts';
import { CountingLink } from '../../server/recordings/s3/testing/counting-link.ts';
import { rawClient, SwiftServer, whyNoStore } from '../../server/recordings/s3/testing/swift-server.ts';
import type { S3Settings } from '../../server/s3-settings.ts';
import { LoadPresenter } from '../load/load-presenter.ts';
import { LoadViewer } from '../load/load-viewer.ts';
import { SeveralWebServers, severalKey } from './several-web-servers.ts';

const obstacle = (await whyNoRedis()) ?? (await whyNoStore());
const key = severalKey;
const timeoutMs = 15_000;
const patience = { timeout: 60_000, interval: 200 };

const closing: (() => Promise<unknown>)[] = [];
function own<T extends { close(): Promise<unknown> }>(opened: T): T {
  closing.push(() => opened.close());
  return opened;
}
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Web servers with a store, and what is sent to it. */
async function open() {
  const several = own(await SeveralWebServers.open());
  const store = own(await SwiftServer.start());
  const settings = await store.createBucket();
  const link = own(await CountingLink.open(store.port));
  const start = (more: Record<string, string> = {}) =>
    several.startWebServer({
      RECORDINGS_S3_ENDPOINT: `http://127.0.0.1:${link.port}`,
      RECORDINGS_S3_REGION: settings.region ?? '',
      RECORDINGS_S3_BUCKET: settings.bucket,
      RECORDINGS_S3_PREFIX: settings.prefix,
      RECORDINGS_S3_ACCESS_KEY_ID: settings.accessKeyId,
      RECORDINGS_S3_SECRET_ACCESS_KEY: settings.secretAccessKey,
      RECORDINGS_S3_KEEP_LOCAL_HOURS: '0',
      ...more,
    });
  return { several, store, settings, link, start };
}

/** Records some seconds of a show at a web server. */
async function record({ url }: WebServer, title: string): Promise<void> {
  const target = { url, timeoutMs };
  const presenter = own(await LoadPresenter.start(target, { key, channel: 'math', title, record: true }));
  await presenter.waitForLive(timeoutMs);
  await expect.poll(() => presenter.broadcast?.recording, patience).toBe('recording');
  const viewer = own(await LoadViewer.join(target, 'math'));
  await expect.poll(() => viewer.counters.video.received, { timeout: 30_000 }).toBeGreaterThan(500);
  await presenter.stop();
}

async function listOf({ url }: WebServer): Promise<Recording[]> {
  const response = await fetch(`${url}${recordingPaths.list}`);
  return ((await response.json()) as { recordings: Recording[] }).recordings;
}

const bytesAt = async ({ url }: WebServer, id: string) =>
  Buffer.from(await (await fetch(`${url}${recordingPaths.download(id)}`)).arrayBuffer());

/** The objects in the store, without the prefix. */
async function objectsIn(settings: S3Settings): Promise<{ name: string; sizeBytes: number }[]> {
  const client = rawClient(settings);
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: settings.bucket }));
  client.destroy();
  return Contents.map(({ Key = '', Size = 0 }) => ({ name: Key.slice(settings.prefix.length), sizeBytes: Size }));
}

/** Waits until each web server has these recordings, with equal lists, and the store has a file for each. */
async function haveAll(servers: readonly WebServer[], settings: S3Settings, titles: readonly string[]) {
  await expect
    .poll(async () => {
      const lists = await Promise.all(servers.map(listOf));
      return lists.map((list) => list.map(({ title, state }) => `${title}: ${state}`));
    }, patience)
    .toEqual(servers.map(() => titles.map((title) => `${title}: ready`)));
  await expect.poll(async () => (await objectsIn(settings)).length, patience).toBe(2 * titles.length);
  const [first, ...others] = await Promise.all(servers.map(listOf));
  for (const other of others) expect(other).toEqual(first);
  return first ?? [];
}

describe.skipIf(obstacle !== null)(`a store and several web servers ${obstacle ?? ''}`, { timeout: 300_000 }, () => {
  for (const place of ['a shared folder', 'folders of their own'] as const) {
    it(`with ${place}: each recording is stored once, and all have the same list`, { tags: ['long'] }, async () => {
      const { several, settings, link, start } = await open();
      const isShared = place === 'a shared folder';
      const startAt = (name: string) => start(isShared ? {} : { RECORDINGS_DIR: join(several.folder, name) });
      const [one, two] = [await startAt('one'), await startAt('two')];
      await record(one, 'Sums');
      const [sums] = await haveAll([one, two], settings, ['Sums']);
      await record(two, 'Products');
      const listed = await haveAll([one, two], settings, ['Products', 'Sums']);
      const sizes = (await objectsIn(settings)).map(({ sizeBytes }) => sizeBytes);
      const storedBytes = sizes.reduce((sum, size) => sum + size, 0);
      // A second upload of the smaller one would send at least a third more.
      expect(link.sentBytes).toBeGreaterThan(storedBytes);
      expect(link.sentBytes).toBeLessThan(storedBytes * 1.3);
      for (const { id } of listed) {
        const bytes = await bytesAt(one, id);
        expect(bytes.length).toBeGreaterThan(10_000);
        expect((await bytesAt(two, id)).equals(bytes)).toBe(true);
      }
      const headers = { authorization: `Bearer ${key}` };
      const path = recordingPaths.one(sums?.id ?? '');
      expect((await fetch(`${two.url}${path}`, { method: 'DELETE', headers })).status).toBe(204);
      const left = async () =>
        (await Promise.all([one, two].map(listOf))).map((list) => list.map(({ title }) => title));
      await expect.poll(left, patience).toEqual([['Products'], ['Products']]);
    });
  }

  it('store what one of them could not, once, although all of them could', { tags: ['long'] }, async () => {
    const { settings, store, link, start } = await open();
    const [one, two] = [await start(), await start()];
    await store.stop();
    await record(one, 'Sums');
    await expect.poll(async () => (await listOf(two)).map(({ state }) => state), patience).toEqual(['ready']);
    // One that starts now finds it, too, and the one that recorded it dies.
    const three = await start();
    await one.kill();
    const sentBefore = link.sentBytes;
    await store.start();
    await haveAll([two, three], settings, ['Sums']);
    const storedBytes = (await objectsIn(settings)).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(link.sentBytes - sentBefore).toBeLessThan(storedBytes * 1.5);
  });
});

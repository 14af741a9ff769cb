import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { recordingPaths } from '../../../lib/recording.ts';
import type { S3Settings } from '../../s3-settings.ts';
import { age, recordShow } from '../testing/recording-rig.ts';
import { uploadFile } from './file-upload.ts';
import { ObjectStore } from './object-store.ts';
import { CountingLink } from './testing/counting-link.ts';
import { type Machine, storeRig } from './testing/store-rig.ts';
import { rawClient, whyNoStore } from './testing/swift-server.ts';
import { readUploadState } from './upload-state.ts';

const obstacle = await whyNoStore();
const program = fileURLToPath(new URL('./testing/archive-process.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const patience = { timeout: 40_000, interval: 50 };
const mebibyte = 1024 * 1024;
/** Four parts: three of 8 MiB, and one of what is left. */
const sizeBytes = 29 * mebibyte + 12_345;

describe.skipIf(obstacle !== null)(`an upload that is interrupted ${obstacle ?? ''}`, { timeout: 60_000 }, () => {
  const rig = storeRig();
  const children: ChildProcess[] = [];
  const links: CountingLink[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await Promise.all(links.splice(0).map((link) => link.close()));
  });

  /** The settings for a bucket that is reached over a link. */
  async function linkedBucket(): Promise<{ link: CountingLink; settings: S3Settings; direct: S3Settings }> {
    const direct = await rig.store.createBucket();
    const link = await CountingLink.open(rig.store.port);
    links.push(link);
    return { link, direct, settings: { ...direct, endpoint: `http://127.0.0.1:${link.port}` } };
  }

  async function objectOf(settings: S3Settings, id: string): Promise<Buffer> {
    const client = rawClient(settings);
    const Key = `${settings.prefix}${id}/media.mp4`;
    const { Body } = await client.send(new GetObjectCommand({ Bucket: settings.bucket, Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    client.destroy();
    return bytes;
  }

  async function keysOf(settings: S3Settings): Promise<string[]> {
    const client = rawClient(settings);
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: settings.bucket }));
    client.destroy();
    return Contents.map(({ Key = '' }) => Key);
  }

  async function openUploads(settings: S3Settings): Promise<number> {
    const client = rawClient(settings);
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: settings.bucket }));
    client.destroy();
    return Uploads.length;
  }

  const whenMoved = (machine: Machine, id: string) =>
    vi.waitFor(async () => expect(await machine.library.locate(id)).toMatchObject({ isOnDisk: false }), patience);

  test('because the server is killed is continued by the next one, which sends only what is missing', async () => {
    const { link, settings, direct } = await linkedBucket();
    const machine = await rig.machine();
    const { id, bytes } = await machine.layDown(sizeBytes);
    const stopped = link.stopAfter(20 * mebibyte);
    const child = fork(program, [machine.folder, JSON.stringify(settings)], { execArgv: ['--import', loader] });
    children.push(child);
    await stopped;
    child.kill('SIGKILL');
    await once(child, 'close');
    // Two parts are there, and the third is half sent.
    const state = await readUploadState(join(machine.folder, id));
    expect(state?.parts.map(({ number }) => number)).toEqual([1, 2]);
    expect((await readFile(join(machine.folder, id, 'media.mp4'))).equals(bytes)).toBe(true);
    link.reset();
    await machine.open(settings);
    await whenMoved(machine, id);
    const rest = sizeBytes - 16 * mebibyte;
    expect(link.sentBytes).toBeGreaterThan(rest);
    expect(link.sentBytes).toBeLessThan(rest + mebibyte / 4);
    expect((await objectOf(direct, id)).equals(bytes)).toBe(true);
    expect((await machine.ask('GET', recordingPaths.media(id))).body.equals(bytes)).toBe(true);
    expect(await openUploads(direct)).toBe(0);
    expect(await readUploadState(join(machine.folder, id))).toBeNull();
  });

  test('because the store is restarted is continued, too', { tags: ['long'] }, async () => {
    const { link, settings, direct } = await linkedBucket();
    const machine = await rig.machine();
    const { id, bytes } = await machine.layDown(sizeBytes);
    const stopped = link.stopAfter(20 * mebibyte);
    await machine.open(settings);
    await stopped;
    await rig.store.stop();
    link.reset();
    await vi.waitFor(() => expect(machine.lines).toHaveLength(1), patience);
    await rig.store.start();
    link.reset();
    await whenMoved(machine, id);
    const rest = sizeBytes - 16 * mebibyte;
    expect(link.sentBytes).toBeLessThan(rest + mebibyte / 4);
    expect((await objectOf(direct, id)).equals(bytes)).toBe(true);
  });

  test('before its last answer is found complete', { tags: ['long'] }, async () => {
    const { link, settings, direct } = await linkedBucket();
    const machine = await rig.machine();
    const { id, bytes } = await machine.layDown(9 * mebibyte);
    const folder = join(machine.folder, id);
    const [file, contentType] = ['media.mp4', 'video/mp4'];
    // A server that is killed when the store has completed the upload leaves its state on disk.
    const objects = await ObjectStore.open(settings);
    const key = `${settings.prefix}${id}/${file}`;
    await uploadFile({ objects, folder, file, key, contentType, signal: new AbortController().signal });
    objects.close();
    expect(await readUploadState(folder)).toMatchObject({ parts: [{ number: 1 }, { number: 2 }] });
    link.reset();
    await machine.open(settings);
    await whenMoved(machine, id);
    expect(link.sentBytes).toBeLessThan(mebibyte / 4);
    expect((await objectOf(direct, id)).equals(bytes)).toBe(true);
  });

  test('because the store hangs keeps no recording from going on, and is replaced by what that becomes', {
    tags: ['long'],
  }, async () => {
    const { link, settings, direct } = await linkedBucket();
    const machine = await rig.machine();
    const library = await machine.open({ ...settings, keepLocalMs: 3_600_000 });
    const stopped = link.stopAfter(20_000);
    const id = await machine.record();
    await stopped;
    // Nothing of this waits for the store.
    await library.retitle(id, 'Fractions, part 2');
    const { uri } = await library.addPart(id);
    await recordShow(fileURLToPath(uri), 1_000);
    await age(fileURLToPath(uri));
    expect((await library.finish(id)).durationMs).toBeGreaterThan(1_900);
    expect((await machine.ask('GET', recordingPaths.media(id))).status).toBe(200);
    link.reset();
    const keys = [`${settings.prefix}${id}/manifest.json`, `${settings.prefix}${id}/media-joined-2.webm`];
    await vi.waitFor(
      async () => expect(await library.locate(id)).toMatchObject({ stored: { sizeBytes: expect.any(Number) } }),
      patience,
    );
    expect(await keysOf(direct)).toEqual(keys);
    expect(await openUploads(direct)).toBe(0);
  });

  test('of a recording that is deleted leaves nothing in the store', { tags: ['long'] }, async () => {
    const { link, settings, direct } = await linkedBucket();
    const machine = await rig.machine();
    const { id } = await machine.layDown(sizeBytes);
    const stopped = link.stopAfter(12 * mebibyte);
    await machine.open(settings);
    await stopped;
    expect(await openUploads(direct)).toBe(1);
    const removed = machine.library.remove(id);
    link.reset();
    await removed;
    expect(await openUploads(direct)).toBe(0);
    expect(await keysOf(direct)).toEqual([`${settings.prefix}${id}/manifest.json`]);
    expect(await machine.library.list()).toEqual([]);
  });
});

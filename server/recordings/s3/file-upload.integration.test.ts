import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recordingPaths } from '../../../lib/recording.ts';
import { uploadFile } from './file-upload.ts';
import { ObjectStore } from './object-store.ts';
import { CountingLink } from './testing/counting-link.ts';
import { storeRig } from './testing/store-rig.ts';
import { whyNoStore } from './testing/swift-server.ts';
import { readUploadState, writeUploadState } from './upload-state.ts';

const obstacle = await whyNoStore();
const mebibyte = 1024 * 1024;
const [file, key, contentType] = ['media.mp4', 'rostrum/one/media.mp4', 'video/mp4'] as const;

describe.skipIf(obstacle !== null)(`a file in a store ${obstacle ?? ''}`, { timeout: 60_000 }, () => {
  const rig = storeRig();
  const bytes = randomBytes(9 * mebibyte);
  let folder: string;
  let link: CountingLink;
  let objects: ObjectStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rostrum-upload-'));
    await writeFile(join(folder, file), bytes);
    link = await CountingLink.open(rig.store.port);
    const endpoint = `http://127.0.0.1:${link.port}`;
    objects = await ObjectStore.open({ ...(await rig.store.createBucket()), endpoint });
  });
  afterEach(async () => {
    objects.close();
    await link.close();
    await rm(folder, { recursive: true, force: true });
  });

  const upload = (signal = new AbortController().signal) =>
    uploadFile({ objects, folder, file, key, contentType, signal });

  /** The bytes in the store. */
  async function stored(): Promise<Buffer> {
    const etag = (await objects.head(key))?.etag ?? '';
    return await buffer(await objects.read(key, { etag, range: null, signal: new AbortController().signal }));
  }

  /**
   * Sends the first of two parts, and falsifies its hash in the state: the entity tag then is not the expected one, as
   * in stores that have tags of another kind.
   */
  async function sendFirstPart(): Promise<void> {
    const stopping = new AbortController();
    const stopped = link.stopAfter(8.5 * mebibyte);
    const interrupted = upload(stopping.signal).then(
      () => 'complete',
      () => 'interrupted',
    );
    await stopped;
    stopping.abort();
    expect(await interrupted).toBe('interrupted');
    const state = await readUploadState(folder);
    if (state === null) throw new Error('There is no upload.');
    expect(state.parts).toHaveLength(1);
    await writeUploadState(folder, { ...state, parts: state.parts.map((part) => ({ ...part, md5: '0'.repeat(32) })) });
    link.reset();
  }

  test('is read back where its entity tag tells nothing', async () => {
    await sendFirstPart();
    expect(await upload()).toMatchObject({ sizeBytes: bytes.length });
    expect(link.sentBytes).toBeLessThan(2 * mebibyte);
    expect(link.receivedBytes).toBeGreaterThan(bytes.length);
    expect((await stored()).equals(bytes)).toBe(true);
  });

  test('is refused, and sent anew, if it differs from what is on disk', async () => {
    await sendFirstPart();
    const path = join(folder, file);
    const { atime, mtime } = await stat(path);
    const changed = Buffer.from(bytes);
    changed[100] = (changed[100] ?? 0) ^ 1;
    await writeFile(path, changed);
    // As a disk does that loses a bit.
    await utimes(path, atime, mtime);
    await expect(upload()).rejects.toMatchObject({ fault: 'damaged' });
    await upload();
    expect((await stored()).equals(await readFile(path))).toBe(true);
  });

  test('of another name or time is another upload', async () => {
    await sendFirstPart();
    await utimes(join(folder, file), new Date(0), new Date(0));
    await upload();
    expect(link.sentBytes).toBeGreaterThan(bytes.length);
    expect((await stored()).equals(bytes)).toBe(true);
  });

  test('is not read on when a viewer has left', async () => {
    const machine = await rig.machine();
    const { id } = await machine.layDown(40 * mebibyte);
    await machine.open(objects.settings);
    const moved = async () => expect(await machine.library.locate(id)).toMatchObject({ isOnDisk: false });
    await vi.waitFor(moved, { timeout: 40_000 });
    link.reset();
    for (let round = 0; round < 3; round += 1) await machine.askAndLeave(recordingPaths.media(id));
    // Three whole answers would be 120 MiB; what is on its way when a viewer leaves fits into buffers.
    expect((await machine.ask('HEAD', recordingPaths.media(id))).status).toBe(200);
    expect(link.receivedBytes).toBeLessThan(40 * mebibyte);
  });
});

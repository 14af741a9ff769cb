import { access, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test, vi } from 'vitest';
import { recordingPaths } from '../../../lib/recording.ts';
import type { S3Settings } from '../../s3-settings.ts';
import { readManifest } from '../recording-manifest.ts';
import { age, recordShow } from '../testing/recording-rig.ts';
import { type Machine, ownerKey, storeRig } from './testing/store-rig.ts';
import { rawClient, whyNoStore } from './testing/swift-server.ts';

const obstacle = await whyNoStore();
const patience = { timeout: 40_000, interval: 50 };
const authorization = `Bearer ${ownerKey}`;
const kurentoFile = fileURLToPath(new URL('../testing/fixtures/kurento-vp8-opus-22s.webm', import.meta.url));
const manyHours = 1_000 * 3_600_000;

describe.skipIf(obstacle !== null)(`recordings in a store ${obstacle ?? ''}`, { timeout: 60_000 }, () => {
  const rig = storeRig();

  /** The keys in the store, without the prefix. */
  async function keysIn(settings: S3Settings): Promise<string[]> {
    const client = rawClient(settings);
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: settings.bucket }));
    client.destroy();
    return Contents.map(({ Key = '' }) => Key.slice(settings.prefix.length));
  }

  const isThere = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );
  const whenStored = (machine: Machine, id: string) =>
    vi.waitFor(async () => {
      const manifest = await readManifest(join(machine.folder, id), id);
      expect(manifest.stored?.file).toBe(manifest.file);
      expect(manifest.stored?.title).toBe(manifest.title);
    }, patience);
  const whenGone = (path: string) => vi.waitFor(async () => expect(await isThere(path)).toBe(false), patience);

  test('are the same bytes with the same headers, whether they are on disk or in the store', async () => {
    const settings = await rig.store.createBucket();
    const machine = await rig.machine();
    await machine.open({ ...settings, keepLocalMs: manyHours });
    const id = await machine.record();
    const path = join(machine.folder, id, 'media.webm');
    await whenStored(machine, id);
    const bytes = await readFile(path);
    const requests: [string, Record<string, string>][] = [
      ['GET', {}],
      ['HEAD', {}],
      ...['0-99', '1000-1999', '-500', '-99999999', '0-99999999', `${bytes.length}-`, '-0', '1-0', '0-1,5-6', 'x'].map(
        (range): [string, Record<string, string>] => ['GET', { range: `bytes=${range}` }],
      ),
      ['HEAD', { range: 'bytes=0-9' }],
      ['GET', { range: 'bytes=0-9', 'if-range': '"another"' }],
      ['GET', { 'if-match': '"another"' }],
    ];
    const answers = async () =>
      await Promise.all(
        [recordingPaths.media(id), recordingPaths.download(id)].flatMap((at) =>
          requests.map(async ([method, headers]) => {
            const { status, headers: all, body } = await machine.ask(method, at, headers);
            const { date: _, ...named } = all;
            return { method, headers, status, named, body: body.toString('base64') };
          }),
        ),
      );
    const fromDisk = await answers();
    expect(fromDisk[0]?.body).toBe(bytes.toString('base64'));
    await machine.close();
    await machine.open(settings);
    await whenGone(path);
    const fromStore = await answers();
    expect(fromStore).toEqual(fromDisk);
    const again = await machine.ask('GET', recordingPaths.media(id), {
      'if-none-match': `${fromDisk[0]?.named.etag}`,
    });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect((await machine.library.list()).map((recording) => recording.id)).toEqual([id]);
  });

  test('are listed, served and deleted on every machine with the same bucket', async () => {
    const settings = await rig.store.createBucket();
    const [one, other] = [await rig.machine(), await rig.machine()];
    await one.open(settings);
    await other.open(settings);
    const id = await one.record();
    await vi.waitFor(async () => expect((await other.library.list()).map((found) => found.id)).toEqual([id]), patience);
    expect(await other.library.get(id)).toEqual(await one.library.get(id));
    const whole = await one.ask('GET', recordingPaths.download(id));
    expect(whole.body.length).toBeGreaterThan(1_000);
    expect((await other.ask('GET', recordingPaths.download(id))).body.equals(whole.body)).toBe(true);
    await other.library.remove(id);
    expect(await keysIn(settings)).toEqual([`${id}/manifest.json`]);
    await vi.waitFor(async () => expect(await one.library.list()).toEqual([]), patience);
    await whenGone(join(one.folder, id));
    // A machine that starts later does not find it either.
    const third = await rig.machine();
    await third.open(settings);
    await one.close();
    await one.open(settings);
    expect(await one.library.list()).toEqual([]);
    expect((await third.ask('GET', recordingPaths.one(id))).status).toBe(404);
  });

  test('have the marks of the limits on each machine, until they are edited on another one', async () => {
    const settings = await rig.store.createBucket();
    const [one, other] = [await rig.machine(), await rig.machine()];
    await one.open(settings);
    await other.open(settings);
    const id = await one.record();
    const marksAt = async (machine: Machine) => (await machine.library.look(id)).markedSince.age;
    const titleAt = async (machine: Machine) => (await machine.library.get(id)).title;
    await vi.waitFor(async () => expect(await titleAt(other)).toBe(await titleAt(one)), patience);
    await one.library.editor.mark(id, { age: true, space: false }, 7);
    await other.library.editor.mark(id, { age: true, space: false }, 8);
    expect([await marksAt(one), await marksAt(other)]).toEqual([7, 8]);
    await one.library.editor.edit(id, { title: 'Edited here' });
    await vi.waitFor(async () => expect(await titleAt(other)).toBe('Edited here'), patience);
    expect([await marksAt(one), await marksAt(other)]).toEqual([7, null]);
    await other.library.editor.trash(id);
    await other.library.editor.restore(id);
    await vi.waitFor(async () => expect(await marksAt(one)).toBe(null), patience);
  });

  test('answer every request while their copy on disk goes', { tags: ['long'] }, async () => {
    const settings = await rig.store.createBucket();
    const machine = await rig.machine();
    await machine.open(settings);
    for (let round = 0; round < 3; round += 1) {
      const id = await machine.record();
      const path = join(machine.folder, id, 'media.webm');
      const answers: { status: number; bytes: number }[] = [];
      let isOver = false;
      const gone = whenGone(path).finally(() => {
        isOver = true;
      });
      while (!isOver) {
        const { status, body } = await machine.ask('GET', recordingPaths.media(id));
        answers.push({ status, bytes: body.length });
      }
      await gone;
      const { sizeBytes } = await machine.library.get(id);
      expect(answers.filter(({ status, bytes }) => status !== 200 || bytes !== sizeBytes)).toEqual([]);
    }
  });

  test('are on disk while the store is down, and are stored when it is back, with one line in the log', async () => {
    const settings = await rig.store.createBucket();
    const machine = await rig.machine();
    await rig.store.stop();
    try {
      await machine.open(settings);
      const id = await machine.record();
      const path = join(machine.folder, id, 'media.webm');
      const outage = 'Recordings stay on this disk until they are stored; this is tried again for ever';
      await vi.waitFor(() => expect(machine.lines).toContain(outage), patience);
      const tries = machine.log.lines.length;
      // A show goes on being recorded meanwhile.
      const second = await machine.record();
      const bytes = await readFile(path);
      expect((await machine.ask('GET', recordingPaths.media(id))).body.equals(bytes)).toBe(true);
      expect(machine.log.lines.length).toBeGreaterThanOrEqual(tries);
      expect(machine.lines.filter((line) => line === outage)).toHaveLength(1);
      await rig.store.start();
      await whenGone(path);
      await whenGone(join(machine.folder, second, 'media.webm'));
      expect((await machine.ask('GET', recordingPaths.media(id))).body.equals(bytes)).toBe(true);
      expect(machine.lines.filter((line) => line === outage)).toHaveLength(1);
      expect(machine.lines).toContain('The store for recordings answers again');
    } finally {
      await rig.store.start();
    }
  });

  test('are refused in clear words while only the store has them and is down, and stay', {
    tags: ['long'],
  }, async () => {
    const settings = await rig.store.createBucket();
    const machine = await rig.machine();
    await machine.open(settings);
    const id = await machine.record();
    await whenGone(join(machine.folder, id, 'media.webm'));
    await rig.store.stop();
    try {
      const answer = await machine.ask('GET', recordingPaths.media(id), { range: 'bytes=0-9' });
      expect(answer.status).toBe(503);
      const unavailable = {
        code: 'recording-store-unavailable',
        message: expect.stringMatching(/store .*Please try again/),
      };
      expect(JSON.parse(answer.body.toString()).error).toMatchObject(unavailable);
      await expect(machine.library.remove(id)).rejects.toMatchObject(unavailable);
      expect(await machine.library.list()).toMatchObject([{ id, state: 'ready' }]);
    } finally {
      await rig.store.start();
    }
    expect((await machine.ask('GET', recordingPaths.media(id))).status).toBe(200);
    await machine.library.remove(id);
    expect(await keysIn(settings)).toEqual([`${id}/manifest.json`]);
  });

  test('get their new title, and become longer when recording goes on', { tags: ['long'] }, async () => {
    const settings = { ...(await rig.store.createBucket()), keepLocalMs: manyHours };
    const machine = await rig.machine();
    const library = await machine.open(settings);
    const id = await machine.record();
    await whenStored(machine, id);
    await library.retitle(id, 'Fractions, part 2');
    await whenStored(machine, id);
    const client = rawClient(settings);
    const inStore = async () => {
      const Key = `${settings.prefix}${id}/manifest.json`;
      const { Body } = await client.send(new GetObjectCommand({ Bucket: settings.bucket, Key }));
      return JSON.parse((await Body?.transformToString()) ?? '');
    };
    expect(await inStore()).toMatchObject({ title: 'Fractions, part 2', file: 'media.webm' });
    const { uri } = await library.addPart(id);
    await recordShow(fileURLToPath(uri), 1_000);
    await age(fileURLToPath(uri));
    await library.finish(id);
    await vi.waitFor(async () => expect((await inStore()).file).toBe('media-joined-2.webm'), patience);
    expect((await inStore()).durationMs).toBeGreaterThan(1_900);
    await whenStored(machine, id);
    expect(await keysIn(settings)).toEqual([`${id}/manifest.json`, `${id}/media-joined-2.webm`]);
    client.destroy();
    // Once the copy here is gone, the recording cannot go on; the broadcast then begins another one.
    await machine.close();
    const later = await machine.open({ ...settings, keepLocalMs: 0 });
    await whenGone(join(machine.folder, id, 'media-joined-2.webm'));
    await expect(later.addPart(id)).rejects.toMatchObject({ code: 'recording-not-found' });
    expect((await machine.ask('GET', recordingPaths.media(id))).status).toBe(200);
  });

  test('are uploaded again if the store lost them before the copy on disk goes', { tags: ['long'] }, async () => {
    const settings = await rig.store.createBucket();
    const machine = await rig.machine();
    await machine.open({ ...settings, keepLocalMs: manyHours });
    const id = await machine.record();
    await whenStored(machine, id);
    await machine.close();
    const empty = await rig.store.createBucket();
    await machine.open(empty);
    await whenGone(join(machine.folder, id, 'media.webm'));
    expect(machine.lines).toContain('A recording is missing from the store and is uploaded again');
    expect(await keysIn(empty)).toEqual([`${id}/manifest.json`, `${id}/media.webm`]);
  });

  test('come by presigned addresses with the same bytes and name, after the same checks', async () => {
    const settings = { ...(await rig.store.createBucket()), keepLocalMs: manyHours };
    const machine = await rig.machine();
    await machine.open(settings);
    const id = await machine.record();
    await whenStored(machine, id);
    const plain = await machine.ask('GET', recordingPaths.download(id));
    await machine.close();
    const library = await machine.open({ ...settings, downloads: 'presigned' });
    expect(await library.archive?.mediaOrigins()).toEqual([settings.endpoint]);
    const answer = await machine.ask('GET', recordingPaths.download(id));
    expect([answer.status, answer.headers['cache-control'], answer.body.length]).toEqual([302, 'no-store', 0]);
    const { location = '' } = answer.headers;
    expect(location).not.toContain(settings.secretAccessKey);
    const found = await fetch(location);
    expect(Buffer.from(await found.arrayBuffer()).equals(plain.body)).toBe(true);
    for (const name of ['content-type', 'content-disposition', 'content-length']) {
      expect(found.headers.get(name)).toBe(plain.headers[name]);
    }
    const media = await machine.ask('GET', recordingPaths.media(id), { range: 'bytes=100-199' });
    const part = await fetch(media.headers.location ?? '', { headers: { range: 'bytes=100-199' } });
    expect([part.status, part.headers.get('content-disposition')]).toEqual([206, 'inline']);
    expect(Buffer.from(await part.arrayBuffer()).equals(plain.body.subarray(100, 200))).toBe(true);
    expect((await machine.ask('HEAD', recordingPaths.media(id))).headers['content-length']).toBe(
      `${plain.body.length}`,
    );
    expect((await fetch(location.replace(/Signature=./, 'Signature=x'))).status).toBe(403);
  });

  test('that are none, or would be served as a page, are left alone in the store', { tags: ['long'] }, async () => {
    const settings = await rig.store.createBucket();
    const [one, other] = [await rig.machine(), await rig.machine()];
    await one.open({ ...settings, keepLocalMs: manyHours });
    const id = await one.record();
    await whenStored(one, id);
    const manifest = await readManifest(join(one.folder, id), id);
    const client = rawClient(settings);
    const put = (name: string, text: string) =>
      client.send(
        new PutObjectCommand({ Bucket: settings.bucket, Key: `${settings.prefix}${name}/manifest.json`, Body: text }),
      );
    const idOf = (ending: string) => `2026-11-22-math-101-${ending}`;
    const text = (changes: object) => JSON.stringify({ ...manifest, ...changes });
    await put(idOf('aaaaaaaa'), text({ id: idOf('aaaaaaaa'), contentType: 'text/html' }));
    await put(idOf('bbbbbbbb'), text({}));
    await put(idOf('cccccccc'), 'not JSON');
    await put(idOf('dddddddd'), text({ id: idOf('dddddddd'), file: '../../media.webm' }));
    await put(idOf('eeeeeeee'), text({ id: idOf('eeeeeeee'), state: 'recording', parts: ['media-1.webm'] }));
    await put('..', text({ id: '..' }));
    client.destroy();
    const before = await keysIn(settings);
    await other.open(settings);
    await vi.waitFor(async () => expect((await other.library.list()).map((found) => found.id)).toEqual([id]), patience);
    await vi.waitFor(() => expect(other.lines).toHaveLength(5), patience);
    expect(new Set(other.lines)).toEqual(
      new Set([
        'A recording in the store is no whole recording and is left alone',
        'A manifest in the store cannot be read and is left alone',
      ]),
    );
    expect(await keysIn(settings)).toEqual(before);
  });

  test('of another muxer are copied with ours before they are stored', { tags: ['long'] }, async () => {
    const settings = await rig.store.createBucket();
    const machine = await rig.machine();
    const id = '2026-11-22-kurento-k3v9x2pm';
    await mkdir(join(machine.folder, id));
    await copyFile(kurentoFile, join(machine.folder, id, 'media.webm'));
    const known = { id, channel: 'kurento', title: '', startedAt: 0, durationMs: null, sizeBytes: 0, codecs: [] };
    const rest = { version: 1, contentType: 'video/webm', failure: null, state: 'ready', file: 'media.webm' };
    await writeFile(join(machine.folder, id, 'manifest.json'), JSON.stringify({ ...known, ...rest }));
    await machine.open(settings);
    const onDisk = () => readdir(join(machine.folder, id));
    await vi.waitFor(async () => expect(await onDisk()).toEqual(['manifest.json']), patience);
    expect(await keysIn(settings)).toEqual([`${id}/manifest.json`, `${id}/media-joined-2.webm`]);
    expect((await machine.library.get(id)).durationMs).toBeGreaterThan(22_000);
  });

  test('are neither served nor deleted by a server without the settings, which says so', {
    tags: ['long'],
  }, async () => {
    const settings = await rig.store.createBucket();
    const machine = await rig.machine();
    await machine.open(settings);
    const id = await machine.record();
    await whenGone(join(machine.folder, id, 'media.webm'));
    await machine.close();
    await machine.open(null);
    expect(await machine.library.list()).toMatchObject([{ id, state: 'ready' }]);
    for (const answer of [
      await machine.ask('GET', recordingPaths.media(id)),
      await machine.ask('DELETE', recordingPaths.one(id), { authorization }),
    ]) {
      expect([answer.status, answer.body.toString()]).toEqual([503, expect.stringContaining('none is set')]);
    }
    // The bucket is laid out as the folder: copied there, it serves without a store.
    const client = rawClient(settings);
    const Key = `${settings.prefix}${id}/media.webm`;
    const { Body } = await client.send(new GetObjectCommand({ Bucket: settings.bucket, Key }));
    await writeFile(join(machine.folder, id, 'media.webm'), (await Body?.transformToByteArray()) ?? '');
    client.destroy();
    expect((await machine.ask('GET', recordingPaths.media(id))).status).toBe(200);
  });

  test('come back from the store to a machine that lost its folder', async () => {
    const settings = await rig.store.createBucket();
    const [one, other] = [await rig.machine(), await rig.machine()];
    await one.open(settings);
    const id = await one.record();
    await whenGone(join(one.folder, id, 'media.webm'));
    await one.close();
    await rm(join(one.folder, id), { recursive: true });
    // A machine that lost its folder finds its recordings in the store.
    await one.close();
    await one.open(settings);
    await other.open(settings);
    for (const { library } of [one, other]) {
      await vi.waitFor(async () => expect(await library.list()).toMatchObject([{ id }]), patience);
    }
  });
});

const wrongSettings = { timeout: 60_000, tags: ['long'] };
describe.skipIf(obstacle !== null)(`a store with the wrong settings ${obstacle ?? ''}`, wrongSettings, () => {
  const rig = storeRig();

  test.each([
    ['secretAccessKey', 'not-the-secret', /does not accept the secret .*RECORDINGS_S3_SECRET_ACCESS_KEY/],
    ['accessKeyId', 'nobody', /RECORDINGS_S3_ACCESS_KEY_ID and RECORDINGS_S3_SECRET_ACCESS_KEY/],
    ['bucket', 'not-there', /has no bucket “not-there”: please create it, or correct RECORDINGS_S3_BUCKET/],
    ['region', 'mars-1', /another region: please correct RECORDINGS_S3_REGION/],
    ['endpoint', 'http://127.0.0.1:9', /does not answer \(ECONNREFUSED\).*correct RECORDINGS_S3_ENDPOINT/],
  ])('says once what to do about its %s, keeps recordings here, and tells no secret', async (name, wrong, words) => {
    const settings = await rig.store.createBucket();
    const machine = await rig.machine();
    await machine.open({ ...settings, [name]: wrong });
    const id = await machine.record();
    type Line = { reason?: string };
    const reasons = () => machine.log.lines.flatMap((line) => (line as Line).reason ?? []);
    await vi.waitFor(() => expect(reasons()).toEqual([expect.stringMatching(words)]), patience);
    expect(await machine.library.list()).toMatchObject([{ id, state: 'ready' }]);
    expect((await machine.ask('GET', recordingPaths.media(id))).status).toBe(200);
    expect(JSON.stringify(machine.log.lines)).not.toContain(settings.secretAccessKey);
    // With the right settings, the next start stores it.
    await machine.close();
    await machine.open(settings);
    await vi.waitFor(async () => expect(await machine.library.locate(id)).toMatchObject({ isOnDisk: false }), patience);
  });
});

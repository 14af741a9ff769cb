import { copyFile, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { describe, expect, test, vi } from 'vitest';
import { mountSmallDisk, reasonAgainstMounting, resizeDisk, unmountDisk } from '../media-files/testing/small-disk.ts';
import { inspectMedia } from './media-file.ts';
import type { RecordingLibrary } from './recording-library.ts';
import { readManifest, writeManifest } from './recording-manifest.ts';
import { age, libraryRig, recordShow, truncate } from './testing/recording-rig.ts';

const fixture = fileURLToPath(new URL('testing/fixtures/kurento-vp8-opus-22s.webm', import.meta.url));
const fixtureMs = 22_706;
const show = { channel: 'club', title: '', startedAt: 0, codecs: { audio: 'opus', video: 'VP8' } } as const;
const reason = reasonAgainstMounting();

const rig = libraryRig();

/** A recording whose only part is the fixture; `path` is that part. */
async function leaveFixture(library: RecordingLibrary): Promise<{ id: string; path: string }> {
  const { id, uri } = await library.create(show);
  const path = fileURLToPath(uri);
  await copyFile(fixture, path);
  await age(path);
  return { id, path };
}

/** Whether GStreamer, on which Kurento is based, wrote the file. */
async function namesForeignMuxer(path: string): Promise<boolean> {
  return (await readFile(path)).subarray(0, 4096).includes('GStreamer');
}

/** Every packet of a file: its time in whole milliseconds, whether it is a keyframe, and its bytes. */
async function packetsOf(path: string): Promise<Record<'video' | 'audio', [number, string, string][]>> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const packets: Record<'video' | 'audio', [number, string, string][]> = { video: [], audio: [] };
  for (const track of [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()]) {
    if (track === null) continue;
    for await (const { timestamp, type, data } of new EncodedPacketSink(track).packets())
      packets[track.type === 'video' ? 'video' : 'audio'].push([
        Math.round(timestamp * 1000),
        type,
        Buffer.from(data).toString('base64'),
      ]);
  }
  input.dispose();
  return packets;
}

describe('a recording that a foreign muxer wrote', () => {
  test('is copied packet by packet with our own muxer, although it has an index', async () => {
    const library = await rig.open();
    const { id, path } = await leaveFixture(library);
    const before = await packetsOf(path);
    expect(before.video.length).toBeGreaterThan(400);
    const finished = await library.finish(id);

    expect(finished).toMatchObject({ state: 'ready', codecs: ['vp8', 'opus'], contentType: 'video/webm' });
    expect(Math.abs((finished.durationMs ?? 0) - fixtureMs)).toBeLessThan(50);
    const whole = join(rig.folder, id, 'media.webm');
    await vi.waitFor(async () =>
      expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', 'media.webm']),
    );
    expect(await namesForeignMuxer(whole)).toBe(false);
    expect((await inspectMedia(whole))?.isSeekable).toBe(true);
    expect(await packetsOf(whole)).toEqual(before);
  });

  test('is copied when it was cut off in the middle', { tags: ['long'] }, async () => {
    const library = await rig.open();
    const { id, path } = await leaveFixture(library);
    await truncate(path, 0.5);
    await age(path);
    expect(await library.finish(id)).toMatchObject({ state: 'ready', codecs: ['vp8', 'opus'] });
    expect(await namesForeignMuxer(join(rig.folder, id, 'media.webm'))).toBe(false);
  });

  test('takes its space on disk twice until it is copied', { tags: ['long'] }, async () => {
    const library = await rig.open();
    const { id, path } = await leaveFixture(library);
    const { size } = await stat(path);
    expect(await library.measure(id)).toMatchObject({ sizeBytes: size, joinBytes: size });
    const { sizeBytes } = await library.finish(id);
    expect(await library.measure(id)).toMatchObject({ sizeBytes, joinBytes: 0 });
  });

  test('is joined after a part of our own, and before one', { tags: ['long'] }, async () => {
    const library = await rig.open();
    const { id, path } = await leaveFixture(library);
    await recordShow(fileURLToPath((await library.addPart(id)).uri), 3000);
    await copyFile(path, fileURLToPath((await library.addPart(id)).uri));
    for (const name of ['media-2.webm', 'media-3.webm']) await age(join(rig.folder, id, name));
    const { durationMs, state } = await library.finish(id);
    expect(state).toBe('ready');
    expect(Math.abs((durationMs ?? 0) - 2 * fixtureMs - 3000)).toBeLessThan(200);
  });

  test('and that an earlier version finished unchanged is copied at the next start, and can be watched until then', async () => {
    const first = await rig.open();
    const { id, path } = await leaveFixture(first);
    const own = await first.create(show);
    await recordShow(fileURLToPath(own.uri), 2000);
    await first.finish(own.id);
    await first.close();
    const at = join(rig.folder, id);
    const manifest = await readManifest(at, id);
    await rename(path, join(at, 'media.webm'));
    await writeManifest(at, { ...manifest, parts: [], state: 'ready', durationMs: fixtureMs, codecs: ['vp8', 'opus'] });
    const ownBytes = await readFile(join(rig.folder, own.id, 'media.webm'));

    const second = await rig.open();
    expect((await second.locate(id)).recording.state).toBe('ready');
    await vi.waitFor(async () => {
      const { folder, file } = await second.locate(id);
      expect(await namesForeignMuxer(join(folder, file))).toBe(false);
      expect((await readdir(at)).sort()).toEqual(['manifest.json', file].sort());
    }, 15_000);
    await second.close();
    const third = await rig.open();
    expect((await third.list()).map(({ state }) => state)).toEqual(['ready', 'ready']);
    await third.close();
    expect((await readFile(join(rig.folder, own.id, 'media.webm'))).equals(ownBytes)).toBe(true);
  });

  test.runIf(reason === null)(
    `stays as it is on a disk without space for the copy, and is copied once there is space${reason === null ? '' : ` (left out: ${reason})`}`,
    async () => {
      mountSmallDisk(rig.folder, '1m');
      try {
        const first = await rig.open();
        const { id, path } = await leaveFixture(first);
        const bytes = await readFile(path);
        expect(await first.finish(id)).toMatchObject({ state: 'ready', failure: null });
        expect((await readFile(path)).equals(bytes)).toBe(true);
        expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', 'media-1.webm']);
        expect((await readManifest(join(rig.folder, id), id)).note).toMatch(/^[A-Z].*tries again\.$/);
        await first.close();
        resizeDisk(rig.folder, '8m');
        const second = await rig.open();
        await vi.waitFor(async () => expect((await second.locate(id)).file).toBe('media.webm'), { timeout: 5000 });
        expect(await namesForeignMuxer(join(rig.folder, id, 'media.webm'))).toBe(false);
        await second.close();
      } finally {
        unmountDisk(rig.folder);
      }
    },
  );
});

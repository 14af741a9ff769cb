import { mkdir, open as openFile, readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { describe, expect, test, vi } from 'vitest';
import { h264Size } from '../codecs/h264.ts';
import { h264, type ReadPacket, readRecording, vp8 } from '../embedded-kurento/recording/testing/recording-rig.ts';
import { downloadName } from './content-disposition.ts';
import { inspectMedia } from './media-file.ts';
import type { RecordingLibrary } from './recording-library.ts';
import { readManifest } from './recording-manifest.ts';
import { age, libraryRig, recordShow, truncate, writeWithAac } from './testing/recording-rig.ts';

const show = { channel: 'math', title: '', startedAt: Date.UTC(2026, 10, 22) } as const;

const rig = libraryRig();

type PartOptions = Parameters<typeof recordShow>[2] & { durationMs: number; keptShare?: number };

/** Records parts one after the other; only `keptShare` of a part survives, as after a kill. */
async function recordParts(library: RecordingLibrary, parts: readonly PartOptions[]): Promise<string> {
  let recording: string | undefined;
  for (const { durationMs, keptShare = 1, ...options } of parts) {
    const codecs = { audio: 'opus', video: options.codec === vp8 ? 'VP8' : 'H264' };
    const made = recording === undefined ? await library.create({ ...show, codecs }) : undefined;
    const id: string = recording ?? made?.id ?? '';
    const { uri } = made ?? (await library.addPart(id, codecs));
    const path = fileURLToPath(uri);
    await recordShow(path, durationMs, { codec: h264, ...options });
    if (keptShare < 1) await truncate(path, keptShare);
    await age(path);
    recording = id;
  }
  return recording ?? '';
}

/** The top-level boxes of an MP4 file, in order. */
async function boxesOf(path: string): Promise<string[]> {
  const handle = await openFile(path, 'r');
  try {
    const { size } = await handle.stat();
    const names: string[] = [];
    const head = Buffer.alloc(16);
    for (let at = 0; at < size; ) {
      await handle.read(head, 0, 16, at);
      names.push(head.toString('latin1', 4, 8));
      const length = head.readUInt32BE(0);
      at += length === 1 ? Number(head.readBigUInt64BE(8)) : length;
    }
    return names;
  } finally {
    await handle.close();
  }
}

/** The picture sizes in the parameter sets before the keyframes, in order, each once. */
async function pictureSizes(path: string): Promise<string[]> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const sizes = new Set<string>();
  const track = await input.getPrimaryVideoTrack();
  if (track !== null) {
    for await (const { type, data } of new EncodedPacketSink(track).packets()) {
      const frame = Buffer.from(data);
      const { width, height } = type === 'key' ? h264Size(frame.subarray(4, 4 + frame.readUInt32BE(0))) : {};
      if (width !== undefined) sizes.add(`${width}x${height}`);
    }
  }
  input.dispose();
  return [...sizes];
}

/** The largest variation of the offset between the time in the file and the time of capture; 0 means in sync. */
function worstSkewMs(packets: readonly ReadPacket[]): number {
  const shifts = packets.map(({ timeMs, captureMs }) => timeMs - captureMs);
  return Math.max(...shifts) - Math.min(...shifts);
}

function isGrowing(packets: readonly ReadPacket[]): boolean {
  return packets.every(({ timeMs }, i) => i === 0 || timeMs > (packets[i - 1]?.timeMs ?? 0));
}

describe('a recording of H.264', () => {
  test('of one part becomes an MP4 file with its index in front, and nothing of it is lost', async () => {
    const library = await rig.open();
    const { id, uri } = await library.create({ ...show, codecs: { audio: 'opus', video: 'H264' } });
    expect(uri).toMatch(/\/media-1\.mkv$/);
    expect(await library.get(id)).toMatchObject({ state: 'recording', contentType: 'video/mp4' });
    await recordShow(fileURLToPath(uri), 6000, { codec: h264 });
    const before = await readRecording(fileURLToPath(uri));
    const finished = await library.finish(id);

    expect(finished).toMatchObject({ state: 'ready', codecs: ['avc', 'opus'], contentType: 'video/mp4' });
    expect(downloadName(finished)).toMatch(/\.mp4$/);
    expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', 'media.mp4']);
    const path = join(rig.folder, id, 'media.mp4');
    expect(await boxesOf(path)).toEqual(['ftyp', 'moov', 'free', 'mdat']);
    const after = await readRecording(path);
    expect(after).toMatchObject({ width: 640, height: 360 });
    expect(after.video.map(({ captureMs, isKey }) => [captureMs, isKey])).toEqual(
      before.video.map(({ captureMs, isKey }) => [captureMs, isKey]),
    );
    expect(after.audio).toHaveLength(before.audio.length);
    expect(worstSkewMs([...after.video, ...after.audio])).toBeLessThanOrEqual(2);
    expect(Math.abs((finished.durationMs ?? 0) - before.durationMs)).toBeLessThan(50);
  });

  test('continues in one MP4 file after an interruption, and again after it was finished', async () => {
    const library = await rig.open();
    const id = await recordParts(library, [
      { durationMs: 4000, keptShare: 0.8 },
      { durationMs: 3000, fromMs: 100_000 },
    ]);
    const lengths = await Promise.all(
      ['media-1.mkv', 'media-2.mkv'].map(
        async (name) => (await inspectMedia(join(rig.folder, id, name)))?.durationMs ?? 0,
      ),
    );
    const sumMs = lengths.reduce((sum, length) => sum + length, 0);
    expect(Math.abs(((await library.finish(id)).durationMs ?? 0) - sumMs)).toBeLessThan(100);
    const { uri } = await library.addPart(id, { audio: 'opus', video: 'H264' });
    expect(uri).toMatch(/\/media-1\.mkv$/);
    await recordShow(fileURLToPath(uri), 2000, { codec: h264, fromMs: 200_000 });
    const finished = await library.finish(id);

    expect(finished).toMatchObject({ state: 'ready', contentType: 'video/mp4' });
    expect(Math.abs((finished.durationMs ?? 0) - sumMs - 2000)).toBeLessThan(200);
    const { folder: at, file } = await library.locate(id);
    expect((await readdir(at)).sort()).toEqual(['manifest.json', file].sort());
    expect(file).toMatch(/\.mp4$/);
    const { video, audio } = await readRecording(join(at, file));
    expect(isGrowing(video) && isGrowing(audio)).toBe(true);
    for (const from of [100_000, 200_000]) {
      const isOfPart = ({ captureMs }: ReadPacket) => captureMs >= from && captureMs < from + 50_000;
      expect(worstSkewMs([...video, ...audio].filter(isOfPart))).toBeLessThanOrEqual(2);
      const joint = video.findIndex(isOfPart);
      expect(video[joint]?.isKey).toBe(true);
      expect((video[joint]?.timeMs ?? 0) - (video[joint - 1]?.timeMs ?? 0)).toBeLessThan(200);
    }
  });

  test('continues in one file with another size, and each keyframe carries its own', async () => {
    const library = await rig.open();
    const id = await recordParts(library, [
      { durationMs: 3000 },
      { durationMs: 3000, fromMs: 100_000, size: { width: 1280, height: 720 } },
    ]);
    const finished = await library.finish(id);
    expect(Math.abs((finished.durationMs ?? 0) - 6000)).toBeLessThan(200);
    expect(await pictureSizes(join(rig.folder, id, 'media.mp4'))).toEqual(['640x360', '1280x720']);
  });

  test('that began with sound alone has its picture from the time at which it arrived', async () => {
    const library = await rig.open();
    const id = await recordParts(library, [
      { durationMs: 3000, sends: { audio: true, video: false } },
      { durationMs: 3000, fromMs: 100_000 },
    ]);
    const finished = await library.finish(id);
    expect(finished).toMatchObject({ state: 'ready', codecs: ['avc', 'opus'], contentType: 'video/mp4' });
    expect(Math.abs((finished.durationMs ?? 0) - 6000)).toBeLessThan(200);
    const { video, audio } = await readRecording(join(rig.folder, id, 'media.mp4'));
    expect(worstSkewMs([...video, ...audio].filter(({ captureMs }) => captureMs >= 100_000))).toBeLessThanOrEqual(2);
    expect(video[0]?.timeMs).toBeGreaterThan(2900);
  });

  test('with sound in AAC, as a Kurento records it, becomes an MP4 file of one or more parts as well', async () => {
    const library = await rig.open();
    const { id, uri } = await library.create({ ...show, codecs: { audio: 'opus', video: 'H264' } });
    const next = await library.addPart(id, { audio: 'opus', video: 'H264' });
    const source = join(rig.folder, 'source.mkv');
    await recordShow(source, 3000, { codec: h264 });
    for (const path of [uri, next.uri].map((each) => fileURLToPath(each))) {
      await writeWithAac(source, path, { waited: 11 });
      await age(path);
    }
    const finished = await library.finish(id);
    expect(finished).toMatchObject({ state: 'ready', codecs: ['avc', 'aac'], contentType: 'video/mp4' });
    expect(Math.abs((finished.durationMs ?? 0) - 6000)).toBeLessThan(100);
    expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', 'media.mp4']);
  });

  test('whose keyframes share a packet with what is left of the frame before has keyframes in its MP4 file', async () => {
    const library = await rig.open();
    const { id, uri } = await library.create({ ...show, codecs: { audio: 'opus', video: 'H264' } });
    const source = join(rig.folder, 'source.mkv');
    const path = fileURLToPath(uri);
    await recordShow(source, 6000, { codec: h264 });
    await writeWithAac(source, path, { glued: Number.POSITIVE_INFINITY });
    await age(path);
    const frames = (await readRecording(source)).video.map(({ captureMs, isKey }) => [captureMs, isKey]);
    const whole = frames.filter((_, index) => frames[index + 1]?.[1] !== true);
    expect(whole.length).toBeLessThan(frames.length);
    expect((await readRecording(path)).video.filter(({ isKey }) => isKey)).toHaveLength(1);
    const finished = await library.finish(id);
    expect(Math.abs((finished.durationMs ?? 0) - 6000)).toBeLessThan(100);
    const { video } = await readRecording(join(rig.folder, id, 'media.mp4'));
    expect(video.map(({ captureMs, isKey }) => [captureMs, isKey])).toEqual(whole);
    expect(isGrowing(video)).toBe(true);
    // A keyframe has the time of its packet, which was that of the frame before.
    expect(worstSkewMs(video)).toBeLessThan(50);
  });

  test('that its server left behind becomes an MP4 file at the next start', async () => {
    const first = await rig.open();
    const id = await recordParts(first, [
      { durationMs: 3000, keptShare: 0.7 },
      { durationMs: 4000, fromMs: 100_000, keptShare: 0.7 },
    ]);
    await first.close();
    const library = await rig.open();
    await vi.waitFor(async () => expect((await library.get(id)).state).toBe('ready'));
    expect(await library.get(id)).toMatchObject({ contentType: 'video/mp4', codecs: ['avc', 'opus'] });
    expect((await library.get(id)).durationMs).toBeGreaterThan(4000);
    await vi.waitFor(async () =>
      expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', 'media.mp4']),
    );
  });

  test('whose MP4 file was half written when the server stopped is complete after the next start', async () => {
    const first = await rig.open();
    const id = await recordParts(first, [{ durationMs: 600_000 }]);
    const finishing = first.finish(id);
    await vi.waitFor(async () => expect(await readdir(join(rig.folder, id))).toContain('media.mp4.joining'), {
      interval: 1,
    });
    await first.close();
    expect(await finishing).toMatchObject({ state: 'finishing' });
    expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', 'media-1.mkv']);
    const second = await rig.open();
    await vi.waitFor(async () => expect((await second.get(id)).state).toBe('ready'), { timeout: 10_000 });
    expect((await second.get(id)).durationMs).toBeGreaterThan(599_000);
  }, 20_000);

  test('stays as it was recorded when no MP4 file can be written, and the next start tries again', async () => {
    const first = await rig.open();
    const id = await recordParts(first, [{ durationMs: 3000 }]);
    const bytes = await readFile(join(rig.folder, id, 'media-1.mkv'));
    // A folder cannot be replaced by a file.
    await mkdir(join(rig.folder, id, 'media.mp4'));
    expect(await first.finish(id)).toMatchObject({ state: 'ready', contentType: 'video/x-matroska', failure: null });
    expect((await first.locate(id)).file).toBe('media-1.mkv');
    expect(await readFile(join(rig.folder, id, 'media-1.mkv'))).toEqual(bytes);
    expect((await readdir(join(rig.folder, id))).some((name) => name.endsWith('.joining'))).toBe(false);
    await first.close();
    await rmdir(join(rig.folder, id, 'media.mp4'));
    const second = await rig.open();
    await vi.waitFor(async () => expect((await second.locate(id)).file).toBe('media.mp4'));
    expect(await second.get(id)).toMatchObject({ contentType: 'video/mp4' });
    await vi.waitFor(async () =>
      expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', 'media.mp4']),
    );
  });
});

describe('a recording whose presenter came back with another codec', () => {
  test.each([
    ['H.264 after VP8', [vp8, h264], ['media-1.webm', 'media-2.mkv'], 'media.mp4'],
    ['VP8 after H.264', [h264, vp8], ['media-1.mkv', 'media-2.webm'], 'media.webm'],
  ] as const)('shows the longer part, %s, and keeps the other', async (_, codecs, [kept], file) => {
    const library = await rig.open();
    const id = await recordParts(library, [
      { durationMs: 2000, codec: codecs[0] },
      { durationMs: 4000, codec: codecs[1], fromMs: 100_000 },
    ]);
    const bytes = await readFile(join(rig.folder, id, kept));
    const finished = await library.finish(id);
    expect(finished).toMatchObject({ state: 'ready', contentType: file === 'media.mp4' ? 'video/mp4' : 'video/webm' });
    expect(Math.abs((finished.durationMs ?? 0) - 4000)).toBeLessThan(100);
    expect((await readdir(join(rig.folder, id))).sort()).toEqual(['manifest.json', kept, file].sort());
    expect(await readFile(join(rig.folder, id, kept))).toEqual(bytes);
    const manifest = await readManifest(join(rig.folder, id), id);
    expect(manifest).toMatchObject({ kept: [kept], parts: [], file });
    expect(manifest.note).toContain(kept);
  });
});

import { spawnSync } from 'node:child_process';
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import { afterEach, expect, test } from 'vitest';
import { recordingPaths } from '../../../lib/recording.ts';
import type { Conversion, RecordingDetails } from '../../../lib/recording-details.ts';
import { canEncodeMp4 } from './mp4-encoding.ts';
import { DerivedRig, packetsIn, rigKey } from './testing/derived-rig.ts';

/** FFmpeg is never needed, so machines without it have nothing to test here. */
const canEncode = await canEncodeMp4('ffmpeg');

let rig: DerivedRig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

async function open(ffmpeg: string | null = 'ffmpeg'): Promise<DerivedRig> {
  rig = await DerivedRig.open(ffmpeg);
  return rig;
}

const withKey = { headers: { authorization: `Bearer ${rigKey}` } };

async function conversionOf(site: DerivedRig, id: string): Promise<Conversion | null> {
  return ((await (await site.ask(recordingPaths.details(id))).json()) as RecordingDetails).conversion;
}

async function convert(site: DerivedRig, id: string): Promise<Uint8Array> {
  const begun = await site.ask(recordingPaths.conversion(id), { method: 'POST', ...withKey });
  expect(begun.status).toBe(202);
  await expect.poll(async () => (await conversionOf(site, id))?.state, { timeout: 80_000 }).toBe('made');
  const answer = await site.ask(recordingPaths.downloadConverted(id));
  expect(answer.headers.get('content-type')).toBe('video/mp4');
  expect(answer.headers.get('content-disposition')).toMatch(/Fractions.*\.mp4/);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Decodes with FFmpeg, which complains about every broken frame. */
function decode(path: string): { pictures: number; complaint: string } {
  const { stdout, stderr } = spawnSync('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-i', path, '-map', '0:v', '-f', 'framemd5', 'pipe:1'],
  ]);
  const pictures = stdout
    .toString()
    .split('\n')
    .filter((line) => /^\d/.test(line)).length;
  return { pictures, complaint: stderr.toString() };
}

/** FFmpeg has a low priority, so it may take long beside other tests. */
const patient = { timeout: 120_000 };
const long = { ...patient, tags: ['long'] };

test.skipIf(!canEncode)('a recording becomes an MP4 with H.264 and AAC, as long and in step', long, async () => {
  const site = await open();
  const id = await site.recordDecodable();
  expect(await conversionOf(site, id)).toEqual({ state: 'none' });
  const bytes = await convert(site, id);
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  expect(await input.getMimeType()).toMatch(/^video\/mp4.*avc1.*mp4a/i);
  const stored = await packetsIn(await readFile(join(site.folder, id, 'media.webm')));
  const made = await packetsIn(bytes);
  for (const kind of ['video', 'audio'] as const) {
    const [first, last] = [stored[kind][0]?.atMs ?? 0, stored[kind].at(-1)?.atMs ?? 0];
    expect(Math.abs((made[kind].at(-1)?.atMs ?? 0) - last), kind).toBeLessThan(100);
    // The sound begins with the file; silence is filled in.
    if (kind === 'video') expect(Math.abs((made[kind][0]?.atMs ?? 0) - first), kind).toBeLessThan(5);
  }
  expect(made.video.length).toBe(stored.video.length);
  const path = join(site.folder, id, 'converted.mp4');
  expect(decode(path)).toEqual({ pictures: stored.video.length, complaint: '' });
  // The index is at the front, so that a player begins at once.
  const file = Buffer.from(bytes);
  expect(file.indexOf('moov')).toBeLessThan(file.indexOf('mdat'));
  expect((await readdir(join(site.folder, id))).filter((name) => name.startsWith('converting'))).toEqual([]);
});

test.skipIf(!canEncode)('a picture that grows is converted in its largest size', patient, async () => {
  const site = await open();
  const make = (size: string, path: string) => {
    const source = ['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=10:duration=2`];
    spawnSync('ffmpeg', ['-nostdin', '-y', ...source, '-c:v', 'libvpx', '-deadline', 'realtime', path]);
  };
  const [small, large, list] = ['small.webm', 'large.webm', 'list.txt'].map((name) => join(site.folder, `.${name}`));
  if (small === undefined || large === undefined || list === undefined) throw new Error('Three paths are needed.');
  make('320x180', small);
  make('640x360', large);
  await writeFile(list, `file '${small}'\nfile '${large}'\n`);
  const id = await site.record({ video: 'VP8' }, async (path) => {
    spawnSync('ffmpeg', ['-nostdin', '-y', '-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', path]);
  });
  const input = new Input({ source: new BufferSource(await convert(site, id)), formats: ALL_FORMATS });
  const video = await input.getPrimaryVideoTrack();
  expect([video?.codedWidth, video?.codedHeight]).toEqual([640, 360]);
  expect(decode(join(site.folder, id, 'converted.mp4'))).toEqual({ pictures: 40, complaint: '' });
});

test.skipIf(!canEncode)('what fails is said, leaves nothing behind, and can be tried again', patient, async () => {
  const site = await open();
  const id = await site.recordDecodable();
  await site.ask(recordingPaths.conversion(id), { method: 'POST', ...withKey });
  const folder = join(site.folder, id);
  const isGrowing = async () => (await readdir(folder)).some((name) => name.startsWith('converting-'));
  await expect.poll(isGrowing, { timeout: 30_000, interval: 20 }).toBe(true);
  expect(spawnSync('pkill', ['-KILL', '-f', `${folder}/converting-`]).status).toBe(0);
  await expect.poll(async () => (await conversionOf(site, id))?.state, { timeout: 60_000 }).toBe('failed');
  expect(site.log.lines.some(({ msg }) => msg.includes('could not be converted'))).toBe(true);
  expect((await readdir(join(site.folder, id))).filter((name) => name.startsWith('convert'))).toEqual([]);
  expect((await site.ask(recordingPaths.downloadConverted(id))).status).toBe(404);
  expect((await site.ask(recordingPaths.conversion(id), { method: 'POST', ...withKey })).status).toBe(202);
});

test.skipIf(!canEncode)('it can be cancelled, and what was made can be deleted', long, async () => {
  const site = await open();
  const [first, second] = [await site.recordDecodable(), await site.recordDecodable()];
  for (const id of [first, second]) await site.ask(recordingPaths.conversion(id), { method: 'POST', ...withKey });
  expect(await conversionOf(site, second)).toEqual({ state: 'waiting' });
  const cancel = (id: string) => site.ask(recordingPaths.conversion(id), { method: 'DELETE', ...withKey });
  expect((await cancel(second)).status).toBe(204);
  expect(await conversionOf(site, second)).toEqual({ state: 'none' });
  expect(await conversionOf(site, first)).toMatchObject({ state: 'making' });
  await expect.poll(async () => (await conversionOf(site, first))?.state, { timeout: 80_000 }).toBe('made');
  await cancel(first);
  expect(await conversionOf(site, first)).toEqual({ state: 'none' });
  expect((await readdir(join(site.folder, first))).filter((name) => name.startsWith('convert'))).toEqual([]);
});

test.skipIf(!canEncode)('what is left behind, outdated or a day old is deleted', long, async () => {
  const site = await open();
  const id = await site.recordDecodable();
  await convert(site, id);
  const made = join(site.folder, id, 'converted.mp4');
  const located = await site.library.locate(id);
  const { conversions } = site.derived;
  await conversions.tidy(located);
  expect((await stat(made)).size).toBeGreaterThan(0);
  const longAgo = new Date(Date.now() - 25 * 3_600_000);
  const left = join(site.folder, id, 'converting-1234abcd.mp4');
  await writeFile(left, 'x');
  // Another web server makes it.
  await utimes(made, longAgo, longAgo);
  expect(await conversionOf(site, id)).toEqual({ state: 'making', done: null });
  await utimes(left, longAgo, longAgo);
  await conversions.tidy(located);
  expect((await readdir(join(site.folder, id))).filter((name) => name.startsWith('convert'))).toEqual([]);
});

test('without FFmpeg nothing is offered, and only a key may ask', async () => {
  const site = await open(null);
  const id = await site.recordDecodable();
  expect(await conversionOf(site, id)).toBeNull();
  const path = recordingPaths.conversion(id);
  expect((await site.ask(path, { method: 'POST' })).status).toBe(401);
  expect((await site.ask(path, { method: 'DELETE' })).status).toBe(401);
  expect((await site.ask(path, { method: 'POST', ...withKey })).status).toBe(404);
});

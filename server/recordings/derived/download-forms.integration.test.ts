import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordingPaths } from '../../../lib/recording.ts';
import type { RecordingDetails } from '../../../lib/recording-details.ts';
import { recordShow, writeWebm } from '../testing/recording-rig.ts';
import { DerivedRig, packetsIn } from './testing/derived-rig.ts';

let rig: DerivedRig;
beforeEach(async () => {
  rig = await DerivedRig.open();
});
afterEach(() => rig.close());

async function detailsOf(id: string): Promise<RecordingDetails> {
  return (await (await rig.ask(recordingPaths.details(id))).json()) as RecordingDetails;
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const answer = await rig.ask(path);
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
}

test('VP9 is also offered as MP4, with the same packets at the same times', async () => {
  const id = await rig.record({ audio: 'opus', video: 'VP9' }, (path) => writeWebm(path, 4, 'whole', 'vp9'));
  expect((await detailsOf(id)).downloads.map(({ form, format }) => [form, format])).toEqual([
    ['stored', 'webm'],
    ['mp4', 'mp4'],
    ['sound', 'webm'],
  ]);
  const answer = await rig.ask(recordingPaths.downloadAs(id, 'mp4'));
  expect(answer.headers.get('content-type')).toBe('video/mp4');
  expect(answer.headers.get('content-disposition')).toMatch(/Fractions.*\.mp4/);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect(await new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS }).getMimeType()).toMatch(
    /^video\/mp4.*vp09.*opus/i,
  );
  const [made, stored] = [await packetsIn(bytes), await packetsIn(await bytesOf(recordingPaths.media(id)))];
  for (const kind of ['video', 'audio'] as const) {
    expect(made[kind].map(({ hash }) => hash)).toEqual(stored[kind].map(({ hash }) => hash));
    for (const [index, { atMs }] of made[kind].entries())
      expect(Math.abs(atMs - (stored[kind][index]?.atMs ?? 0))).toBeLessThan(2);
  }
});

test('VP8 is not offered as MP4, because players do not know it there', async () => {
  const id = await rig.record({ audio: 'opus', video: 'VP8' }, (path) => writeWebm(path, 2, 'whole'));
  expect((await detailsOf(id)).downloads.map(({ form }) => form)).toEqual(['stored', 'sound']);
  expect((await rig.ask(recordingPaths.downloadAs(id, 'mp4'))).status).toBe(404);
});

test('the sound alone has every packet of it and no picture, and about the size that was told', async () => {
  const id = await rig.record({ audio: 'opus', video: 'VP8' }, (path) => recordShow(path, 5_000));
  const told = (await detailsOf(id)).downloads.find(({ form }) => form === 'sound');
  const bytes = await bytesOf(recordingPaths.downloadAs(id, 'sound'));
  const [made, stored] = [await packetsIn(bytes), await packetsIn(await bytesOf(recordingPaths.media(id)))];
  expect(made.video).toEqual([]);
  expect(made.audio.map(({ hash }) => hash)).toEqual(stored.audio.map(({ hash }) => hash));
  const mediaBytes = bytes.length - 8_192;
  expect(told?.sizeBytes).toBeGreaterThan(mediaBytes * 0.5);
  expect(told?.sizeBytes).toBeLessThan(bytes.length);
});

test('a file that was made for downloads is deleted after the last one', async () => {
  const id = await rig.record({ audio: 'opus', video: 'VP8' }, (path) => writeWebm(path, 4, 'whole'));
  const path = recordingPaths.downloadAs(id, 'sound');
  const all = await Promise.all([bytesOf(path), bytesOf(path), bytesOf(path)]);
  expect(new Set(all.map((bytes) => Buffer.from(bytes).toString('base64'))).size).toBe(1);
  await vi.waitFor(async () =>
    expect((await readdir(join(rig.folder, id))).toSorted()).toEqual(['manifest.json', 'media.webm']),
  );
  const part = await rig.ask(path, { headers: { range: 'bytes=0-9' } });
  expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
});

test('sound alone has one form, and what cannot be played has no details', async () => {
  const id = await rig.record({ audio: 'opus' }, (path) =>
    recordShow(path, 3_000, { sends: { video: false, audio: true } }),
  );
  expect((await detailsOf(id)).downloads.map(({ form }) => form)).toEqual(['stored']);
  for (const bytes of [new Uint8Array(), new Uint8Array(5_000).fill(7)]) {
    const broken = await rig.recordBytes(bytes);
    expect((await rig.ask(recordingPaths.details(broken))).status).toBe(404);
    expect((await rig.ask(recordingPaths.downloadAs(broken, 'sound'))).status).toBe(404);
  }
});

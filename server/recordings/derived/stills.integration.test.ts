import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { recordingPaths } from '../../../lib/recording.ts';
import type { RecordingDetails } from '../../../lib/recording-details.ts';
import { thumbnailTimes } from '../../../lib/thumbnail-times.ts';
import { writeWebm } from '../testing/recording-rig.ts';
import { DerivedRig } from './testing/derived-rig.ts';

/** FFmpeg is never needed, so machines without it have nothing to test here. */
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

let rig: DerivedRig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

async function open(ffmpeg: string | null): Promise<DerivedRig> {
  rig = await DerivedRig.open(ffmpeg);
  return rig;
}

async function detailsOf({ ask }: { ask: DerivedRig['ask'] }, id: string): Promise<RecordingDetails> {
  return (await (await ask(recordingPaths.details(id))).json()) as RecordingDetails;
}

const isJpeg = (bytes: Buffer) => bytes.subarray(0, 3).toString('hex') === 'ffd8ff' && bytes.at(-1) === 0xd9;

test('small pictures are at every hundredth of a recording, but not closer than five seconds', () => {
  expect(thumbnailTimes(12_000)).toEqual([0, 5_000, 10_000]);
  expect(thumbnailTimes(1)).toEqual([0]);
  const ofAnHour = thumbnailTimes(3_600_000);
  expect([ofAnHour.length, ofAnHour[1], ofAnHour.at(-1)]).toEqual([100, 36_000, 3_564_000]);
});

// FFmpeg has a low priority, so it may take long beside other tests.
test.skipIf(!hasFfmpeg)(
  'a poster and small pictures are made when somebody first looks at a recording',
  { timeout: 90_000 },
  async () => {
    const { ask, recordDecodable } = bound(await open('ffmpeg'));
    const id = await recordDecodable();
    expect((await ask(recordingPaths.poster(id))).status).toBe(404);
    expect(await detailsOf({ ask }, id)).toMatchObject({ hasPoster: false, thumbnails: null, isMakingPictures: true });
    await expect.poll(async () => (await detailsOf({ ask }, id)).thumbnails, { timeout: 60_000 }).not.toBeNull();
    const details = await detailsOf({ ask }, id);
    expect(details).toMatchObject({ hasPoster: true, isMakingPictures: false });
    const poster = await ask(recordingPaths.poster(id));
    expect(poster.headers.get('content-type')).toBe('image/jpeg');
    const posterBytes = Buffer.from(await poster.arrayBuffer());
    expect(isJpeg(posterBytes)).toBe(true);
    expect(posterBytes.length).toBeLessThanOrEqual(40_000);
    const all = Buffer.from(await (await ask(recordingPaths.thumbnails(id))).arrayBuffer());
    expect(all.length).toBeLessThanOrEqual(600_000);
    const pictures = details.thumbnails?.pictures ?? [];
    expect(pictures.map(({ atMs }) => atMs)).toEqual([0, 5_000, 10_000, 15_000, 20_000]);
    for (const { offset, length } of pictures) expect(isJpeg(all.subarray(offset, offset + length))).toBe(true);
  },
);

test.skipIf(!hasFfmpeg)('pictures that cannot be made are not tried again and again', async () => {
  const { ask, record } = bound(await open('ffmpeg'));
  // Its packets are no pictures.
  const id = await record({ audio: 'opus', video: 'VP8' }, (path) => writeWebm(path, 2, 'whole'));
  await expect.poll(async () => (await detailsOf({ ask }, id)).isMakingPictures, { timeout: 15_000 }).toBe(false);
  expect((await detailsOf({ ask }, id)).thumbnails).toBeNull();
  expect((await ask(recordingPaths.thumbnails(id))).status).toBe(404);
});

test('a server without FFmpeg makes no pictures, and says nothing about it', async () => {
  const opened = await open('/no/such/program');
  const { ask, recordDecodable } = bound(opened);
  const id = await recordDecodable();
  await expect.poll(async () => (await detailsOf({ ask }, id)).isMakingPictures).toBe(false);
  expect(opened.log.lines.filter(({ level, msg }) => level > 30 && /[Pp]icture/.test(msg))).toEqual([]);
});

test('pictures of an earlier file, and an index that is broken, do not count', async () => {
  const opened = await open(null);
  const { ask, recordDecodable } = bound(opened);
  const id = await recordDecodable();
  const path = join(opened.folder, id, 'stills.json');
  const index = { version: 1, of: { file: 'media.webm', sizeBytes: 1 }, hasPoster: true, thumbnails: null };
  for (const text of [JSON.stringify(index), '{', 'null']) {
    await writeFile(path, text);
    expect(await detailsOf({ ask }, id)).toMatchObject({ hasPoster: false, isMakingPictures: false });
  }
});

function bound(opened: DerivedRig) {
  return {
    ask: (...request: Parameters<DerivedRig['ask']>) => opened.ask(...request),
    record: (...recorded: Parameters<DerivedRig['record']>) => opened.record(...recorded),
    recordDecodable: () => opened.recordDecodable(),
  };
}

import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { mountSmallDisk, reasonAgainstMounting, unmountDisk } from '../../media-files/testing/small-disk.ts';
import { feed, recordingFixture } from './testing/recording-fixture.ts';
import { type ReadPacket, readRecording, TestShow } from './testing/recording-rig.ts';

const reason = reasonAgainstMounting();
const note = reason === null ? '' : ` (left out: ${reason})`;
/** How soon a missing file must be noticed, in milliseconds. */
const noticeMs = 2000;

const fixture = recordingFixture();
let folder: string;
let path: string;

beforeEach(async () => {
  folder = join(fixture.folder, 'show');
  path = join(folder, 'media-1.webm');
  await mkdir(folder);
});

function record(at: string) {
  const recorder = fixture.open('WEBM', at);
  const show = new TestShow();
  feed(recorder.recording, show);
  recorder.recording.record();
  return { ...recorder, show };
}

function steps(packets: readonly ReadPacket[]): Set<number> {
  return new Set(packets.slice(1).map(({ captureMs }, i) => captureMs - (packets[i]?.captureMs ?? 0)));
}

test.runIf(reason === null)(
  `a disk that fills up fails the recording once and keeps what it holds${note}`,
  async () => {
    mountSmallDisk(folder, '2m');
    try {
      const { recording, show, events, failures } = record(path);
      show.run(0, 60_000);
      await vi.waitFor(() => expect(failures).toHaveLength(1));
      expect(failures[0]).toMatchObject({ errorCode: 6, type: 'RESOURCE_ERROR_NO_SPACE_LEFT' });
      expect(failures[0]?.description).toContain('no room left');
      show.run(60_000, 62_000);
      await recording.stop();
      expect(events).toEqual(['started', 'failed']);

      // Two megabytes hold 39 s of this show. All of it is there, without a gap, and it ends with a whole cluster.
      const { size } = await stat(path);
      const file = await readRecording(path);
      expect(size).toBeGreaterThan(1_950_000);
      expect(file.video.at(-1)?.captureMs).toBeGreaterThan(37_000);
      expect(file.audio.at(-1)?.captureMs).toBeGreaterThan(37_000);
      expect([steps(file.video), steps(file.audio)]).toEqual([new Set([40]), new Set([20])]);
      expect(file.video.every((packet) => packet.size === 2000)).toBe(true);

      // The process keeps running, and so does a recording on another disk.
      const other = record(join(fixture.folder, 'other.webm'));
      other.show.run(0, 2000);
      await other.recording.stop();
      expect((await readRecording(join(fixture.folder, 'other.webm'))).video).toHaveLength(50);
    } finally {
      unmountDisk(folder);
    }
  },
);

test('a folder that is removed fails the recording once, and soon', async () => {
  const { recording, show, events, failures } = record(path);
  show.run(0, 3000);
  await vi.waitFor(async () => expect((await stat(path)).size).toBeGreaterThan(100_000));
  await rm(folder, { recursive: true });
  // The system accepts writes to a deleted file without an error.
  show.run(3000, 4000);
  await vi.waitFor(() => expect(failures).toHaveLength(1), { timeout: noticeMs });
  expect(failures[0]).toMatchObject({ errorCode: 6, type: 'RESOURCE_ERROR_WRITE' });
  expect(failures[0]?.description).toContain('deleted or moved');
  show.run(4000, 5000);
  await recording.stop();
  expect(events).toEqual(['started', 'failed']);
});

test('a folder that is removed before any media arrived fails the recording, too', async () => {
  const { show, events } = record(path);
  show.sends = { audio: false, video: false };
  await vi.waitFor(async () => expect((await stat(path)).size).toBe(0));
  await rm(folder, { recursive: true });
  await vi.waitFor(() => expect(events).toEqual(['failed']), { timeout: noticeMs });
});

test('a folder that is moved away keeps what was recorded until then', async () => {
  const { recording, show, failures } = record(path);
  show.run(0, 3000);
  await vi.waitFor(async () => expect((await stat(path)).size).toBeGreaterThan(100_000));
  await rename(folder, join(fixture.folder, 'moved'));
  await vi.waitFor(() => expect(failures).toHaveLength(1), { timeout: noticeMs });
  await recording.stop();
  const file = await readRecording(join(fixture.folder, 'moved', 'media-1.webm'));
  expect(file.video.at(-1)?.captureMs).toBeGreaterThanOrEqual(2000);
});

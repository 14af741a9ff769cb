import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { recordingPaths } from '../../lib/recording.ts';
import { recordingListSchema } from '../../lib/recording-schema.ts';
import {
  mountSmallDisk,
  reasonAgainstMounting,
  resizeDisk,
  unmountDisk,
} from '../../server/media-files/testing/small-disk.ts';
import { expect, test } from '../fixtures.ts';
import { readFileInfo, seeksEverywhere } from '../media/recorded-file.ts';
import { holdTheMicrophone, silenceTheMicrophone } from '../pages/hindrances.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const seconds = 1_000;

test('a disk that fills up is told to the presenter, the show goes on, and recording goes on once there is free space', {
  tag: '@long',
}, async ({ openPage }) => {
  const reason = reasonAgainstMounting();
  test.skip(reason !== null, `No disk can be filled here: ${reason}.`);
  test.setTimeout(120 * seconds);
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-disk-'));
  mountSmallDisk(folder, '4m');
  try {
    await showWithFault(openPage, folder, {
      // Somebody else takes what is left of the disk.
      fault: () => writeFile(join(folder, 'taken'), Buffer.alloc(8_000_000)).catch(() => {}),
      told: /The disk with the recordings is full\. What was recorded is kept/,
      remedy: async () => resizeDisk(folder, '400m'),
    });
  } finally {
    unmountDisk(folder);
    await rm(folder, { recursive: true, force: true });
  }
});

test('a recordings folder that is removed is told to the presenter, and recording goes on once it is back', {
  tag: '@long',
}, async ({ openPage }) => {
  test.setTimeout(120 * seconds);
  const above = await mkdtemp(join(tmpdir(), 'rostrum-folder-'));
  const folder = join(above, 'recordings');
  try {
    await showWithFault(openPage, folder, {
      fault: () => rm(folder, { recursive: true }),
      told: /The recording could not be written/,
      remedy: async () => void (await mkdir(folder)),
    });
  } finally {
    await rm(above, { recursive: true, force: true });
  }
});

test(
  'a microphone that gives nothing at first and nothing later costs the recording no picture',
  { tag: '@long' },
  async ({ presenter, openViewer, openPage, server }, testInfo) => {
    test.setTimeout(120 * seconds);
    await holdTheMicrophone(presenter.page);
    await presenter.open();
    await presenter.goLive({ channel: 'silent', title: 'Silent', record: true });
    await presenter.seesOfTheRecording('Recording');
    const since = Date.now();
    const viewer = await openViewer();
    await viewer.page.goto('/watch/silent');
    await viewer.seesMovingVideo(60);
    await silenceTheMicrophone(presenter.page, false);
    await viewer.hearsTheTone();
    await viewer.seesMovingVideo(150);
    await silenceTheMicrophone(presenter.page, true);
    await viewer.seesMovingVideo(250);
    await presenter.end();
    const lasted = (Date.now() - since) / seconds;
    const page = await openPage();
    const ready = async () =>
      (await list(server.url)).find(({ channel, state }) => channel === 'silent' && state === 'ready');
    await expect.poll(ready).toBeTruthy();
    const recording = await ready();
    if (recording === undefined) throw new Error('It is ready, as was seen.');
    const path = testInfo.outputPath('silent.webm');
    await writeFile(
      path,
      Buffer.from(await (await fetch(server.url + recordingPaths.media(recording.id))).arrayBuffer()),
    );
    const info = await readFileInfo(path);
    expect(info.codecs).toEqual(['vp8', 'opus']);
    // Each time that a Kurento is asked again, the picture pauses until its next keyframe.
    expect(Math.abs(info.duration - lasted)).toBeLessThan(4);
    await seeksEverywhere(page, server.url, recording.id);
  },
);

/** What befalls the disk, what the presenter reads then, and how it is mended. */
type DiskFault = { fault: () => Promise<void>; told: RegExp; remedy: () => Promise<void> };

/** A recorded show through the fault of its disk; in the end there is one recording that plays. */
async function showWithFault(openPage: () => Promise<Page>, folder: string, { fault, told, remedy }: DiskFault) {
  const server = await startRostrum({ RECORDINGS_DIR: folder });
  try {
    const presenter = new Presenter(await openPage(), server.key);
    await presenter.open({ url: server.url });
    await presenter.goLive({ channel: 'disk', title: 'Disk', record: true });
    await presenter.seesOfTheRecording('Recording');
    const viewer = new Viewer(await openPage());
    await viewer.page.goto(`${server.url}/watch/disk`);
    await viewer.seesMovingVideo();
    await fault();
    await expect(presenter.page.getByText(told)).toBeVisible({ timeout: 10 * seconds });
    await presenter.seesThatItIsLive();
    await viewer.seesMovingVideo();
    await remedy();
    await presenter.seesOfTheRecording('Recording');
    await expect(presenter.page.getByText(told)).toBeHidden();
    // What is recorded after the fault is to be more than its first moments.
    await viewer.seesMovingVideo(90);
    await presenter.end();
    await expect.poll(async () => (await list(server.url)).map(({ state }) => state)).toEqual(['ready']);
    const [recording] = await list(server.url);
    expect(recording?.codecs).toEqual(['vp8', 'opus']);
    expect(recording?.durationMs).toBeGreaterThan(2 * seconds);
    await viewer.page.goto(`${server.url}/recordings/${recording?.id}`);
    await viewer.page.locator('video').evaluate((element) => (element as HTMLVideoElement).play());
    const position = () =>
      viewer.page.locator('video').evaluate((element) => (element as HTMLVideoElement).currentTime);
    await expect.poll(position).toBeGreaterThan(1);
  } finally {
    await server.close();
  }
}

/** What the library at `url` lists. */
async function list(url: string) {
  const reply = await fetch(`${url}${recordingPaths.list}`);
  return recordingListSchema.parse(await reply.json()).recordings;
}

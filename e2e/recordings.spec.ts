import { stat } from 'node:fs/promises';
import type { Page } from 'playwright/test';
import { recordingListSchema, recordingPaths } from '../lib/recording.ts';
import { expect, test } from './fixtures.ts';
import { hearClaps, readFileFacts, seeClaps } from './recorded-file.ts';
import { lookAtFrame } from './test-source.ts';

test('a recorded show is listed, plays, seeks and downloads, with the right length and in sync', async ({
  presenter,
  openPage,
}, testInfo) => {
  test.setTimeout(120_000);
  await presenter.open();
  await presenter.goLive({ channel: 'kept', title: 'Worth keeping', record: true });
  await presenter.seesOfTheRecording('Recording');
  const since = Date.now();
  // The length of the show is what is tested, so there is nothing but time to wait for.
  await expect.poll(() => Date.now() - since).toBeGreaterThan(9_000);
  await presenter.end();
  const wallSeconds = (Date.now() - since) / 1000;

  const page = await openPage();
  await page.goto('/recordings');
  await expect(page.getByRole('link', { name: 'Worth keeping', exact: true })).toBeVisible();
  const recording = await readyRecording(page, 'kept');

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download Worth keeping' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/kept.*Worth keeping.*\.webm$/);
  const path = testInfo.outputPath('kept.webm');
  await file.saveAs(path);
  expect((await stat(path)).size).toBe(recording.sizeBytes);
  const facts = await readFileFacts(path);
  expect(facts.codecs).toEqual(['vp8', 'opus']);
  expect(Math.abs(facts.duration - wallSeconds)).toBeLessThan(3);
  expect(Math.abs((recording.durationMs ?? 0) / 1000 - facts.duration)).toBeLessThan(0.1);

  await test.step('it plays in the page and seeks, and its clock tells that its length is right', async () => {
    await page.goto(`/recordings/${recording.id}`);
    const video = page.locator('video');
    await expect.poll(() => video.evaluate((element) => (element as HTMLVideoElement).duration)).toBeGreaterThan(1);
    await video.evaluate((element) => {
      (element as HTMLVideoElement).muted = true;
      return (element as HTMLVideoElement).play();
    });
    await expect.poll(() => video.evaluate((element) => (element as HTMLVideoElement).currentTime)).toBeGreaterThan(1);
    await video.evaluate((element) => (element as HTMLVideoElement).pause());
    const clockAt = async (seconds: number) => {
      await video.evaluate(
        (element, at) =>
          new Promise((resolve) => {
            element.addEventListener('seeked', resolve, { once: true });
            (element as HTMLVideoElement).currentTime = at;
          }),
        seconds,
      );
      await video.evaluate((element) => element.setAttribute('aria-label', 'The recording under test'));
      const { clockMs } = await lookAtFrame(page, 'The recording under test');
      expect(clockMs).not.toBeNull();
      return (clockMs ?? 0) / 1000;
    };
    const first = await clockAt(0.05);
    const middle = await clockAt(facts.duration / 2);
    const last = await clockAt(facts.duration - 0.1);
    expect(Math.abs(middle - first - (facts.duration / 2 - 0.05))).toBeLessThan(0.25);
    expect(Math.abs(last - first - (facts.duration - 0.15))).toBeLessThan(0.5);
  });

  await test.step('picture and sound are together within 100 ms', async () => {
    const heard = await hearClaps(page, recordingPaths.media(recording.id), facts.firstAudioAt);
    const seen = await seeClaps(page, recordingPaths.media(recording.id));
    const offsets = seen
      .map((at) => heard.map((other) => other - at).sort((a, b) => Math.abs(a) - Math.abs(b))[0] ?? Number.NaN)
      .filter((offset) => Math.abs(offset) < 0.9);
    expect(offsets.length).toBeGreaterThanOrEqual(2);
    const [median = Number.NaN] = offsets.toSorted((a, b) => a - b).slice(Math.floor(offsets.length / 2));
    expect(Math.abs(median)).toBeLessThan(0.1);
  });
});

test('a recording is paused, finished during the show and gone on with, and stays one file', async ({
  presenter,
  openPage,
}, testInfo) => {
  test.setTimeout(120_000);
  const { page } = presenter;
  await presenter.open();
  await presenter.goLive({ channel: 'in-parts', title: 'In parts' });
  const listed = await openPage();
  await listed.goto('/recordings');
  const record = async (button: string, seconds: number) => {
    await presenter.switchesRecording(button, 'Recording');
    await passes(seconds);
  };
  await record('Start recording', 5);
  await presenter.switchesRecording('Pause recording', 'Recording paused');
  await passes(5);
  await record('Resume recording', 4);
  await presenter.switchesRecording('Stop recording', 'Recording finished');

  const finished = await readyRecording(listed, 'in-parts');
  await presenter.seesThatItIsLive();
  // Without the pause: that would make it fourteen seconds.
  expect(Math.abs((finished.durationMs ?? 0) / 1000 - 9)).toBeLessThan(2.5);
  await expect(page.getByText(/^Recorded so far: 0:(0[7-9]|1[01]) · [\d.]+ [kM]B$/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Watch the recording' })).toHaveAttribute(
    'href',
    `/recordings/${finished.id}`,
  );
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the recording' }).click();
  const path = testInfo.outputPath('in-parts.webm');
  await (await download).saveAs(path);
  expect(Math.abs((await readFileFacts(path)).duration - (finished.durationMs ?? 0) / 1000)).toBeLessThan(0.1);

  await record('Start recording', 4);
  await presenter.end();
  const whole = await readyRecording(listed, 'in-parts');
  expect(whole.id).toBe(finished.id);
  expect((whole.durationMs ?? 0) - (finished.durationMs ?? 0)).toBeGreaterThan(2_500);
  await listed.reload();
  await expect(listed.getByRole('link', { name: 'In parts', exact: true })).toHaveCount(1);
});

test('a recording can be deleted with the presenter key, and not without', async ({ presenter, openPage, server }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'gone', title: 'Soon gone', record: true });
  await presenter.seesOfTheRecording('Recording');
  await presenter.end();
  const page = await openPage();
  await page.goto('/recordings');
  const { id } = await readyRecording(page, 'gone');
  const refused = await page.request.delete(recordingPaths.one(id));
  expect(refused.status()).toBe(401);
  const wrong = await page.request.delete(recordingPaths.one(id), { headers: { authorization: 'Bearer guess' } });
  expect(wrong.status()).toBe(401);
  expect(await page.request.get(recordingPaths.one(id)).then((reply) => reply.status())).toBe(200);
  await expect(page.getByRole('link', { name: 'Soon gone', exact: true })).toBeVisible();

  await presenter.page.goto('/recordings');
  await presenter.page.getByRole('button', { name: 'Delete Soon gone' }).click();
  await presenter.page.getByRole('button', { name: 'Delete for good' }).click();
  await expect(presenter.page.getByRole('link', { name: 'Soon gone', exact: true })).toBeHidden();
  expect(await page.request.get(recordingPaths.one(id)).then((reply) => reply.status())).toBe(404);
  expect(server.log()).not.toContain(server.key);
});

/** The length of a recording is what is tested, so there is nothing but time to wait for. */
async function passes(seconds: number): Promise<void> {
  const since = Date.now();
  await expect.poll(() => Date.now() - since, { timeout: 30_000 }).toBeGreaterThan(seconds * 1_000);
}

/** The newest recording of `channel`, once it can be watched. */
async function readyRecording(page: Page, channel: string) {
  const find = async () => {
    const list = recordingListSchema.parse(await (await page.request.get(recordingPaths.list)).json());
    return list.recordings.find((recording) => recording.channel === channel);
  };
  await expect.poll(async () => (await find())?.state, { timeout: 30_000 }).toBe('ready');
  const recording = await find();
  if (recording === undefined) throw new Error(`There is no recording of ${channel}.`);
  return recording;
}

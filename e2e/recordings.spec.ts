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
  await expect(presenter.page.getByText(/^recording/i).first()).toBeVisible();
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

test('a recording can be deleted with the presenter key, and not without', async ({ presenter, openPage, server }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'gone', title: 'Soon gone', record: true });
  await expect(presenter.page.getByText(/^recording/i).first()).toBeVisible();
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

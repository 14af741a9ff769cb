import { stat } from 'node:fs/promises';
import type { TestInfo } from 'playwright/test';
import { recordingPaths } from '../../lib/recording.ts';
import { expect, test } from '../fixtures.ts';
import { expectSync } from '../media/recorded-file.ts';
import { sendOnlyH264 } from '../media/test-source.ts';
import { readWholeFile, type WholeFile } from '../media/whole-file.ts';
import { switchLanguage } from '../pages/looks.ts';
import { type AirTime, type Kinds, PlayedRecording } from '../pages/played-recording.ts';
import type { Presenter } from '../pages/presenter.ts';
import { readyRecording } from '../pages/recording-list.ts';
import type { Viewer } from '../pages/viewer.ts';

/*
 * Shows of every kind that is recorded, each from "Go live" to the file on the disk of the person who downloads it.
 */

/** What the recording of a show is to be. */
type Recorded = { type: string; codecs: unknown[]; fileName: RegExp; kinds: Kinds };

const pictureAndSound = { picture: true, sound: true };
const inVp8: Recorded = {
  type: 'video/webm',
  codecs: ['vp8', 'opus'],
  fileName: /\.webm$/,
  kinds: pictureAndSound,
};
const inH264: Recorded = {
  type: 'video/mp4',
  // A Kurento encodes the sound beside it again.
  codecs: ['avc', expect.stringMatching(/^(opus|aac)$/)],
  fileName: /\.mp4$/,
  kinds: pictureAndSound,
};
const soundOnly: Recorded = {
  type: 'audio/webm',
  codecs: ['opus'],
  fileName: /\.webm$/,
  kinds: { picture: false, sound: true },
};

/**
 * Goes live and records, for about as long as is asked for; `meanwhile` is what happens during the show, and tells when
 * its presenter was away.
 */
async function recordShow(
  presenter: Presenter,
  show: { channel: string; title: string },
  seconds: number,
  meanwhile: () => Promise<AirTime['away']> = async () => null,
): Promise<AirTime> {
  await presenter.fillIn({ ...show, record: true });
  const pressed = Date.now();
  await presenter.page.getByRole('button', { name: 'Go live' }).click();
  await presenter.seesThatItIsLive();
  await presenter.seesOfTheRecording('Recording');
  const begun = { notBefore: pressed, notAfter: Date.now() };
  const away = await meanwhile();
  // The length of the show is what is tested, so there is nothing but time to wait for.
  await expect.poll(() => Date.now() - begun.notAfter, { timeout: 60_000 }).toBeGreaterThan(seconds * 1_000);
  const ending = Date.now();
  await presenter.end();
  return { begun, over: { notBefore: ending, notAfter: Date.now() }, away };
}

/** It is listed, downloads as a whole file, plays with picture and sound, seeks, and is as long as its show. */
async function expectWhole(
  viewer: Viewer,
  show: { channel: string; title: string },
  wanted: Recorded,
  air: AirTime,
  testInfo: TestInfo,
): Promise<{ id: string; file: WholeFile }> {
  const { page } = viewer;
  await page.goto('/recordings');
  await expect(page.getByRole('link', { name: show.title, exact: true })).toHaveCount(1);
  const recording = await readyRecording(page, show.channel);
  expect(recording).toMatchObject({ contentType: wanted.type, codecs: wanted.codecs });

  const file = await test.step('it downloads as a whole file', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: `Download ${show.title}` }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toMatch(wanted.fileName);
    expect(saved.suggestedFilename()).toContain(show.title);
    const path = testInfo.outputPath(`${show.channel}${saved.suggestedFilename().slice(-5)}`);
    await saved.saveAs(path);
    expect((await stat(path)).size).toBe(recording.sizeBytes);
    const whole = await readWholeFile(path);
    expect(whole.type).toBe(wanted.type);
    expect(whole.tracks.map(({ codec }) => codec)).toEqual(wanted.codecs);
    expect(Math.abs((recording.durationMs ?? 0) / 1000 - whole.seconds)).toBeLessThan(0.1);
    for (const { codec, firstAt, endAt } of whole.tracks) {
      // An encoder of pictures that a busy machine keeps waiting begins later than the sound.
      expect(firstAt, `${codec} begins`).toBeLessThan(2);
      expect(endAt, `${codec} ends`).toBeGreaterThan(whole.seconds - 1);
    }
    const piece = await page.request.get(recordingPaths.media(recording.id), { headers: { range: 'bytes=0-99' } });
    expect(piece.status()).toBe(206);
    expect(piece.headers()['content-type']).toBe(wanted.type);
    return whole;
  });

  const played = await PlayedRecording.open(page, recording.id, wanted.kinds);
  expect(Math.abs((await played.seconds()) - file.seconds)).toBeLessThan(0.1);
  await test.step('it plays in its page with all that it has, and seeks', () => played.playsAndSeeks());
  await test.step('it is as long as its show', () => played.isAsLongAs(air, file.tracks[0]?.firstAt ?? 0));
  await test.step('it plays to its end', () => played.playsToItsEnd());
  return { id: recording.id, file };
}

/** Where the sound of a file begins, in seconds. */
function soundBeginsAt({ tracks }: WholeFile): number {
  return tracks.at(-1)?.firstAt ?? 0;
}

test('a recorded show is listed, plays, seeks and downloads, with the right length and in sync', async ({
  presenter,
  openViewer,
}, testInfo) => {
  test.setTimeout(120_000);
  const show = { channel: 'kept', title: 'Worth keeping' };
  await presenter.open();
  const air = await recordShow(presenter, show, 10);
  const viewer = await openViewer();
  const { page } = viewer;
  const { id, file } = await expectWhole(viewer, show, inVp8, air, testInfo);
  await test.step('picture and sound are together within 100 ms', () => expectSync(page, id, soundBeginsAt(file)));

  await test.step('its tab has its name, also in another language, and gives it back', async () => {
    await page.goto('/recordings');
    await page.getByRole('link', { name: show.title, exact: true }).click();
    await expect(page).toHaveTitle('Worth keeping (recording) · Rostrum');
    await switchLanguage(page, 'ko');
    await expect(page).toHaveTitle('Worth keeping (녹화) · Rostrum');
    await switchLanguage(page, 'en');
    await page.getByRole('link', { name: 'All recordings' }).click();
    await expect(page).toHaveTitle('Recordings · Rostrum');
  });
});

test(
  'a show in H264 is seen, and its recording is an MP4 file that plays, seeks and downloads',
  { tag: '@long' },
  async ({ presenter, openViewer }, testInfo) => {
    test.setTimeout(120_000);
    const show = { channel: 'h264', title: 'In H264' };
    await sendOnlyH264(presenter.page);
    await presenter.open();
    const viewer = await openViewer();
    const air = await recordShow(presenter, show, 10, async () => {
      await viewer.open(show.channel);
      await viewer.seesMovingVideo();
      await viewer.seesTheTestSource();
      return null;
    });
    const { id, file } = await expectWhole(viewer, show, inH264, air, testInfo);
    await test.step('picture and sound are together within 100 ms', () =>
      expectSync(viewer.page, id, soundBeginsAt(file)));
  },
);

test(
  'a show with sound only has a recording that plays, seeks and downloads, with the right length',
  { tag: '@long' },
  async ({ presenter, openViewer }, testInfo) => {
    test.setTimeout(120_000);
    const show = { channel: 'radio', title: 'On the radio' };
    await presenter.open();
    await presenter.page.getByLabel('Camera', { exact: true }).selectOption({ label: 'No camera, sound only' });
    const air = await recordShow(presenter, show, 10);
    const viewer = await openViewer();
    await expectWhole(viewer, show, soundOnly, air, testInfo);
    // There is no empty stage above the controls, which would look as if a picture were missing.
    expect((await viewer.page.locator('video').boundingBox())?.height).toBeLessThan(80);
  },
);

test(
  'a presenter who reloads the page resumes with one click, and one recording of the whole show comes out',
  { tag: '@long' },
  async ({ presenter, openViewer }, testInfo) => {
    test.setTimeout(120_000);
    const show = { channel: 'reload', title: 'Reloaded' };
    const viewer = await openViewer();
    await presenter.open();
    const air = await recordShow(presenter, show, 14, async () => {
      await viewer.open(show.channel);
      await viewer.seesMovingVideo(100);
      const from = Date.now();
      await presenter.page.reload();
      await expect(viewer.page.getByText('The presenter will be right back')).toBeVisible();
      await presenter.page.getByRole('button', { name: 'Resume your broadcast' }).click();
      await presenter.seesThatItIsLive();
      await viewer.seesMovingVideo();
      const to = Date.now();
      await viewer.seesMovingVideo(80);
      await viewer.seesTheTestSource();
      return { from, to };
    });
    await expectWhole(viewer, show, inVp8, air, testInfo);
  },
);

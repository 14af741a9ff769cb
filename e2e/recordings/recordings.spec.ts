import { formatClock } from '../../lib/browser/page/format.ts';
import { recordingPaths } from '../../lib/recording.ts';
import { expect, test } from '../fixtures.ts';
import { clockAt, playAndSeek, readFileInfo, seeksEverywhere, seekTo } from '../media/recorded-file.ts';
import { installTestSource, sendOnlyH264 } from '../media/test-source.ts';
import { expectOneWholeRecording, ShowClock } from '../media/whole-recording.ts';
import { readyRecording } from '../pages/recording-list.ts';
import { needsOwnMediaServer } from '../servers/media-server-choice.ts';

/** What a recording of H264 holds: beside it, a Kurento encodes the sound again. */
const h264Codecs = ['avc', expect.stringMatching(/^(opus|aac)$/)];

test('a presenter who comes back with H264 after VP8 is recorded on', { tag: '@long' }, async ({
  presenter,
  openViewer,
  openPage,
}) => {
  test.setTimeout(120_000);
  await presenter.open();
  await presenter.goLive({ channel: 'switched', title: 'Switched', record: true });
  await presenter.seesOfTheRecording('Recording');
  const viewer = await openViewer();
  await viewer.open('switched');
  await viewer.seesMovingVideo();
  await sendOnlyH264(presenter.page);
  await presenter.page.reload();
  await presenter.page.getByRole('button', { name: 'Resume your broadcast' }).click();
  await presenter.seesThatItIsLive();
  await presenter.seesOfTheRecording('Recording');
  // The longer run of parts is what is watched, and this is to be the second.
  await viewer.seesMovingVideo(300);
  await presenter.end();
  const page = await openPage();
  await page.goto('/recordings');
  const { id, codecs, contentType, durationMs } = await readyRecording(page, 'switched');
  expect({ codecs, contentType }).toEqual({ codecs: h264Codecs, contentType: 'video/mp4' });
  await playAndSeek(page, id, (durationMs ?? 0) / 1000);
});

test('a presenter who comes back in H264 with a larger picture has one recording of both', { tag: '@long' }, async ({
  presenter,
  openPage,
  openViewer,
  server,
}) => {
  needsOwnMediaServer('it is killed here');
  test.setTimeout(120_000);
  await sendOnlyH264(presenter.page);
  // What a Kurento has not written when it is killed is as short as the picture is rich.
  await presenter.open({ camera: 'grainy test source' });
  await presenter.goLive({ channel: 'grown', title: 'Grown', record: true });
  const clock = await ShowClock.started(presenter.page);
  const viewer = await openViewer();
  await viewer.open('grown');
  await viewer.seesMovingVideo(100);
  // With its media server a recorder dies, so that there are two parts, each with its size.
  await installTestSource(presenter.page, { width: 1280, height: 720 });
  clock.goesAway();
  await server.killMediaServer();
  await presenter.page.reload();
  await presenter.page.getByRole('button', { name: 'Resume your broadcast' }).click();
  await presenter.seesThatItIsLive();
  await presenter.seesOfTheRecording('Recording');
  clock.isBack();
  // Encoders begin small, and send the whole picture as soon as line and processor allow it.
  const watched = viewer.video;
  const seenWidth = () => watched.evaluate((element) => (element as HTMLVideoElement).videoWidth);
  await expect.poll(seenWidth, { timeout: 30_000 }).toBeGreaterThan(640);
  await viewer.seesMovingVideo(60);
  const length = clock.stop();
  await presenter.end();
  const page = await openPage();
  await expectOneWholeRecording(page, server.url, 'grown', { ...length, kills: 1 });
  // Back and forth, each part is shown in its own size, which in the second one changes with the encoder's means.
  const video = page.locator('video');
  const widthAt = async (share: number) => {
    await seekTo(page, (await video.evaluate((element) => (element as HTMLVideoElement).duration)) * share);
    return await video.evaluate((element) => (element as HTMLVideoElement).videoWidth);
  };
  const small = await widthAt(0);
  const grown: number[] = [];
  for (const share of [0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98]) grown.push(await widthAt(share));
  expect(Math.max(...grown)).toBeGreaterThan(small);
  expect(await widthAt(0)).toBe(small);
});

test('a presenter in H264 who pauses the recording, is away and comes back has one recording of all parts', {
  tag: '@long',
}, async ({ presenter, openViewer, openPage, server }) => {
  test.setTimeout(120_000);
  await sendOnlyH264(presenter.page);
  await presenter.open();
  await presenter.goLive({ channel: 'h264-parts', title: 'H264 in parts', record: true });
  await presenter.seesOfTheRecording('Recording');
  const viewer = await openViewer();
  await viewer.open('h264-parts');
  await viewer.seesMovingVideo(100);
  await presenter.switchesRecording('Pause recording', 'Recording paused');
  await presenter.switchesRecording('Resume recording', 'Recording');
  await viewer.seesMovingVideo(100);
  await presenter.page.reload();
  await presenter.page.getByRole('button', { name: 'Resume your broadcast' }).click();
  await presenter.seesThatItIsLive();
  await presenter.seesOfTheRecording('Recording');
  await viewer.seesMovingVideo(100);
  await presenter.end();
  const page = await openPage();
  await page.goto('/recordings');
  const { id, codecs, contentType, durationMs } = await readyRecording(page, 'h264-parts');
  expect({ codecs, contentType }).toEqual({ codecs: h264Codecs, contentType: 'video/mp4' });
  // Three times a hundred pictures, and neither the pause nor the time away.
  expect(durationMs).toBeGreaterThan(9_000);
  await seeksEverywhere(page, server.url, id);
  // The clock in the picture is the presenter's: every part is there, in its place.
  const clocks: number[] = [];
  for (const share of [0.05, 0.3, 0.6, 0.95]) clocks.push(await clockAt(page, ((durationMs ?? 0) / 1000) * share));
  for (const [index, clock] of clocks.entries()) expect(clock).toBeGreaterThan(clocks[index - 1] ?? 0);
});

test(
  'a recording is paused, finished during the show and gone on with, and stays one file',
  { tag: '@long' },
  async ({ presenter, openPage }, testInfo) => {
    test.setTimeout(120_000);
    const { page } = presenter;
    await presenter.open();
    await presenter.goLive({ channel: 'in-parts', title: 'In parts' });
    const listed = await openPage();
    await listed.goto('/recordings');
    let [leastMs, mostMs] = [0, 0];
    const record = async (begin: string, seconds: number, end: string, outcome: string) => {
      const pressedMs = Date.now();
      await presenter.switchesRecording(begin, 'Recording');
      const seenMs = Date.now();
      await passes(seconds);
      leastMs += Date.now() - seenMs;
      await presenter.switchesRecording(end, outcome);
      mostMs += Date.now() - pressedMs;
    };
    await record('Start recording', 5, 'Pause recording', 'Recording paused');
    await passes(6);
    await record('Resume recording', 4, 'Stop recording', 'Recording finished');

    const finished = await readyRecording(listed, 'in-parts');
    await presenter.seesThatItIsLive();
    // Without the pause: that would make it six seconds longer.
    expect(finished.durationMs).toBeGreaterThan(leastMs - 1_500);
    expect(finished.durationMs).toBeLessThan(mostMs + 1_500);
    const shown = formatClock(finished.durationMs ?? 0);
    await expect(page.getByText(new RegExp(`^Recorded so far: ${shown} · [\\d.]+ [kM]B$`))).toBeVisible();
    await expect(page.getByRole('link', { name: 'Watch the recording' })).toHaveAttribute(
      'href',
      `/recordings/${finished.id}`,
    );
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download the recording' }).click();
    const path = testInfo.outputPath('in-parts.webm');
    await (await download).saveAs(path);
    expect(Math.abs((await readFileInfo(path)).duration - (finished.durationMs ?? 0) / 1000)).toBeLessThan(0.1);

    await presenter.switchesRecording('Start recording', 'Recording');
    await passes(4);
    await presenter.end();
    const whole = await readyRecording(listed, 'in-parts');
    expect(whole.id).toBe(finished.id);
    expect((whole.durationMs ?? 0) - (finished.durationMs ?? 0)).toBeGreaterThan(2_500);
    await listed.reload();
    await expect(listed.getByRole('link', { name: 'In parts', exact: true })).toHaveCount(1);
  },
);

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
  await expect(presenter.page.getByRole('link', { name: 'Soon gone', exact: true })).toBeHidden();
  expect(await page.request.get(recordingPaths.one(id)).then((reply) => reply.status())).toBe(404);
  expect(server.log()).not.toContain(server.key);
});

/** The length of a recording is what is tested, so there is nothing but time to wait for. */
async function passes(seconds: number): Promise<void> {
  const since = Date.now();
  await expect.poll(() => Date.now() - since, { timeout: 30_000 }).toBeGreaterThan(seconds * 1_000);
}

import { expect, test } from '../fixtures.ts';
import { seekTo } from '../media/recorded-file.ts';
import { installTestTelephone, lookAtTelephone, turnTelephone } from '../media/test-telephone.ts';

const portrait = { shape: 'portrait', upright: true };
const landscape = { shape: 'landscape', upright: true };

test('a telephone that is turned during the show stays upright for viewers and in the recording', {
  tag: '@long',
}, async ({ presenter, openViewer, openPage }) => {
  test.setTimeout(90_000);
  await installTestTelephone(presenter.page);
  await presenter.open({ camera: 'as it is' });
  await presenter.goLive({ channel: 'upright', title: 'Upright', record: true });
  await presenter.seesOfTheRecording('Recording');
  const viewer = await openViewer();
  await viewer.open('upright');
  await viewer.seesMovingVideo(60);
  expect(await lookAtTelephone(viewer.page, 'Broadcast')).toEqual(portrait);
  await turnTelephone(presenter.page);
  await expect.poll(() => lookAtTelephone(viewer.page, 'Broadcast')).toEqual(landscape);
  await viewer.seesMovingVideo(60);
  await presenter.end();

  const page = await openPage();
  await page.goto('/recordings');
  await page.getByRole('link', { name: 'Upright', exact: true }).click();
  const video = page.getByLabel('Recording: Upright');
  await expect.poll(() => video.evaluate((element) => (element as HTMLVideoElement).readyState)).toBeGreaterThan(1);
  const seconds = await video.evaluate((element) => (element as HTMLVideoElement).duration);
  for (const [share, shown] of [
    [0.1, portrait],
    [0.95, landscape],
    [0.1, portrait],
  ] as const) {
    await seekTo(page, seconds * share);
    await expect.poll(() => lookAtTelephone(page, 'Recording: Upright')).toEqual(shown);
  }
});

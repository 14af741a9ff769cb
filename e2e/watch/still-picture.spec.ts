import type { Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { seesColour } from '../media/colour-and-tone.ts';
import { observeReception, readReception } from '../media/reception.ts';
import { freezeTestSource, receiveOnlyH264, testSource } from '../media/test-source.ts';
import { desktop, openDevice } from '../pages/devices.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { canTranscode, needsEmbeddedMediaServer } from '../servers/media-server-choice.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

test('a camera that stops giving frames costs nobody the sound, is told to everybody, and comes back by itself', {
  tag: '@long',
}, async ({ browser, presenter, openViewer, server }) => {
  test.setTimeout(120_000);
  const { page } = presenter;
  await presenter.open();
  await presenter.goLive({ channel: 'stopped-camera', title: 'Stopped camera' });
  const viewer = await openViewer();
  await observeReception(viewer.page);
  await viewer.open('stopped-camera');
  await viewer.seesMovingVideo();
  await viewer.hearsTheTone();
  const korean = await openDevice(browser, server.url, desktop, 'ko-KR');
  await korean.open('stopped-camera');
  await presenter.seesViewers(2);
  await expect(korean.page.locator('video')).toHaveJSProperty('videoWidth', 640);

  const { connections } = await readReception(viewer.page);
  await freezeTestSource(page, true);
  const note = 'The picture stands still. The sound goes on.';
  await expect(viewer.page.getByText(note)).toBeVisible();
  await expect(korean.page.getByText('화면이 멈췄습니다. 소리는 계속 나옵니다.')).toBeVisible();
  const connection = page.getByRole('region', { name: 'Your connection' });
  await expect(connection.getByText('Your camera delivers no picture')).toBeVisible();
  await expect(page.getByText('No picture', { exact: true })).toBeVisible();
  // Longer than a link without a picture was ever believed in.
  const since = Date.now();
  await expect.poll(() => Date.now() - since, { timeout: 20_000 }).toBeGreaterThan(12_000);
  await viewer.hearsSomething();
  await viewer.showsAPicture();
  expect((await readReception(viewer.page)).connections).toBe(connections);
  await expect(viewer.page.getByText(note)).toBeVisible();

  await freezeTestSource(page, false);
  await viewer.seesMovingVideo();
  await viewer.seesTheTestSource();
  await expect(viewer.page.getByText(note)).toBeHidden();
  await expect(connection.getByText('Your camera delivers no picture')).toBeHidden();
  await expect(page.getByText('No picture', { exact: true })).toBeHidden();
  await viewer.hearsSomething();
  expect((await readReception(viewer.page)).connections).toBe(connections);
  await presenter.end();
  await korean.page.context().close();
});

/** A server that transcodes nothing, and its presenter. */
async function openWithoutTranscoding(page: Page) {
  const server = await startRostrum({ MAX_TRANSCODES: '0' });
  const presenter = new Presenter(page, server.key);
  await presenter.open({ url: server.url });
  return { server, presenter };
}

test('a browser without the picture’s format gets the picture in its own one, where the media server can encode it', {
  tag: '@long',
}, async ({ presenter, openViewer }) => {
  test.skip(!canTranscode, 'Without `npm run add-transcoding`, the embedded media server encodes nothing.');
  await presenter.open();
  await presenter.goLive({ channel: 'transcoded', title: 'Transcoded' });
  const viewer = await openViewer();
  await receiveOnlyH264(viewer.page);
  await viewer.open('transcoded');
  await viewer.seesMovingVideo(60);
  await seesColour(viewer.video, [0.5, 0.42], testSource.colour);
  await viewer.hearsTheTone();
  await expect(viewer.page.getByText('Your browser cannot show this picture')).toBeHidden();
  await presenter.end();
});

test('a browser without the picture’s format has the sound, and a note that says so', { tag: '@long' }, async ({
  openPage,
}) => {
  needsEmbeddedMediaServer('A Kurento encodes the picture anew for such a browser, so it lacks nothing.');
  const { server, presenter } = await openWithoutTranscoding(await openPage());
  await presenter.goLive({ channel: 'no-format', title: 'No format' });
  const viewer = new Viewer(await openPage());
  await observeReception(viewer.page);
  await receiveOnlyH264(viewer.page);
  await viewer.page.goto(`${server.url}/watch/no-format`);
  await expect(viewer.page.getByText('Your browser cannot show this picture')).toBeVisible();
  await viewer.hearsTheTone();
  const since = Date.now();
  await expect.poll(() => Date.now() - since, { timeout: 20_000 }).toBeGreaterThan(10_000);
  await viewer.hearsSomething();
  expect((await readReception(viewer.page)).connections).toBe(1);
  await presenter.end();
  await server.close();
});

test('a browser without any format of the show is told so once, and does not try again and again', {
  tag: '@long',
}, async ({ openPage }) => {
  needsEmbeddedMediaServer('A Kurento encodes the picture anew for such a browser, so it lacks nothing.');
  const { server, presenter } = await openWithoutTranscoding(await openPage());
  await presenter.page.getByLabel('Microphone', { exact: true }).selectOption({ label: 'No microphone, picture only' });
  await presenter.goLive({ channel: 'no-formats', title: 'No formats' });
  const viewer = new Viewer(await openPage());
  await observeReception(viewer.page);
  await receiveOnlyH264(viewer.page);
  await viewer.page.goto(`${server.url}/watch/no-formats`);
  await expect(viewer.page.getByText('Your browser lacks a video format that is needed')).toBeVisible();
  const { connections } = await readReception(viewer.page);
  const since = Date.now();
  await expect.poll(() => Date.now() - since, { timeout: 20_000 }).toBeGreaterThan(8_000);
  await expect(viewer.page.getByText('Your browser lacks a video format that is needed')).toBeVisible();
  expect((await readReception(viewer.page)).connections).toBe(connections);
  await presenter.end();
  await server.close();
});

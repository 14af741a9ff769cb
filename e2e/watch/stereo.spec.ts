import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright/test';
import { recordingListSchema } from '../../lib/recording-schema.ts';
import { expect } from '../fixtures.ts';
import { observeReception } from '../media/reception.ts';
import {
  decodeBothSides,
  expectStereo,
  installStereoScreen,
  listenToBothSides,
  recordElement,
  test,
} from '../media/stereo.ts';
import { FirefoxPerson, findFirefox, startFirefox } from '../pages/firefox.ts';
import type { Viewer } from '../pages/viewer.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** The viewer's element plays two different channels. */
async function hearsStereo(viewer: Viewer): Promise<void> {
  await expect(async () => expectStereo(await listenToBothSides(viewer.video))).toPass({ timeout: 20_000 });
}

async function watches(viewer: Viewer, channel: string): Promise<void> {
  await viewer.open(channel);
  await viewer.seesMovingVideo();
  await button(viewer.page, 'Tap for sound').click();
}

/** The settings that the browser reports for the microphone in the preview. */
function microphoneSettings(page: Page): Promise<MediaTrackSettings | undefined> {
  return page.locator('video').evaluate((video) => {
    const stream = (video as HTMLVideoElement).srcObject as MediaStream | null;
    return stream?.getAudioTracks()[0]?.getSettings();
  });
}

const filtered = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
const unfiltered = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 2 };

test('music arrives in stereo, live and in the downloaded recording', { tag: '@long' }, async ({
  presenter,
  openViewer,
  openPage,
}) => {
  test.setTimeout(120_000);
  await presenter.open({ camera: 'as it is' });
  await button(presenter.page, 'Music').click();
  await expect(presenter.page.getByText('Stereo in high quality: nothing is filtered out.')).toBeVisible();
  await expect.poll(() => microphoneSettings(presenter.page)).toMatchObject(unfiltered);
  await presenter.goLive({ channel: 'stereo', title: 'Two sides', record: true });
  await presenter.seesOfTheRecording('Recording');
  const viewer = await openViewer();
  await watches(viewer, 'stereo');
  await hearsStereo(viewer);
  await presenter.end();

  const page = await openPage();
  await page.goto('/recordings');
  await expect(page.getByRole('link', { name: 'Two sides', exact: true })).toBeVisible();
  await expect(async () => {
    const reply = await page.request.get('/api/recordings');
    const { recordings } = recordingListSchema.parse(await reply.json());
    expect(recordings.find(({ channel }) => channel === 'stereo')?.state).toBe('ready');
  }).toPass();
  await page.reload();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download Two sides' }).click();
  expectStereo(await decodeBothSides(page, await readFile(await (await download).path())));
});

test('the microphone changes between speech and music during the show, on the same connection', {
  tag: '@long',
}, async ({ presenter, openViewer }) => {
  const { page } = presenter;
  await observeReception(page);
  await presenter.open({ camera: 'as it is' });
  await expect(button(page, 'Speech')).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => microphoneSettings(page)).toMatchObject(filtered);
  await presenter.goLive({ channel: 'service', title: 'Sermon and organ' });
  const viewer = await openViewer();
  await observeReception(viewer.page);
  await watches(viewer, 'service');
  await expect.poll(() => soundSender(page)).toEqual({ connections: 1, kbps: 48 });

  await button(page, 'Devices and quality').click();
  await button(page, 'Music').click();
  await hearsStereo(viewer);
  expect(await microphoneSettings(page)).toMatchObject(unfiltered);
  await expect.poll(() => soundSender(page)).toEqual({ connections: 1, kbps: 128 });
  await button(page, 'Speech').click();
  await expect.poll(() => microphoneSettings(page)).toMatchObject(filtered);
  await expect.poll(() => soundSender(page)).toEqual({ connections: 1, kbps: 48 });
  await button(page, 'Music').click();
  await hearsStereo(viewer);
  expect(await viewer.page.evaluate(() => Reflect.get(window, 'seenConnections').length)).toBe(1);
  await page.keyboard.press('Escape');
  await presenter.end();

  await test.step('and the next show begins with the mode that was chosen last', async () => {
    await page.reload();
    await expect(button(page, 'Music')).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(() => microphoneSettings(page)).toMatchObject(unfiltered);
  });
});

test('a shared screen is heard in stereo, whatever the microphone is set to', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  const { page } = presenter;
  await installStereoScreen(page);
  await presenter.open({ camera: 'as it is' });
  await page.getByLabel('Microphone', { exact: true }).selectOption({ label: 'No microphone, picture only' });
  await button(page, 'Screen').click();
  await expect(page.getByLabel('What you share', { exact: true })).toBeVisible();
  await presenter.goLive({ channel: 'stereo-screen', title: 'A film' });
  const viewer = await openViewer();
  await watches(viewer, 'stereo-screen');
  await hearsStereo(viewer);

  await test.step('also when it is mixed with the microphone', async () => {
    await button(page, 'Devices and quality').click();
    await page.getByLabel('Microphone', { exact: true }).selectOption({ index: 0 });
    await expect.poll(async () => (await microphoneSettings(page)) !== undefined).toBe(true);
    await page.keyboard.press('Escape');
    await button(page, 'Mute').click();
    await hearsStereo(viewer);
  });
  await presenter.end();
});

test('Firefox plays music in stereo', { tag: '@long' }, async ({ presenter, openPage, server }) => {
  const path = findFirefox();
  test.skip(path === undefined, 'There is no Firefox on this machine; FIREFOX_PATH may name one.');
  test.setTimeout(120_000);
  await presenter.open({ camera: 'as it is' });
  await button(presenter.page, 'Music').click();
  await presenter.goLive({ channel: 'stereo-fox', title: 'Stereo for Firefox' });
  const firefox = await startFirefox(path ?? '');
  try {
    const viewer = new FirefoxPerson(await firefox.newPage());
    await viewer.open(`${server.url}/watch/stereo-fox`, 'Stereo for Firefox');
    await viewer.seesMovingVideo('Broadcast');
    await viewer.press('Tap for sound');
    const page = await openPage();
    await expect(async () => expectStereo(await decodeBothSides(page, await recordElement(viewer.page)))).toPass({
      timeout: 30_000,
    });
  } finally {
    await firefox.close();
  }
  await presenter.end();
});

/** How many connections the presenter's page has made, and the bitrate that its sound may take. */
function soundSender(page: Page): Promise<{ connections: number; kbps: number }> {
  return page.evaluate(() => {
    const { seenConnections } = window as unknown as { seenConnections: RTCPeerConnection[] };
    const encodings = seenConnections.flatMap((connection) => {
      const senders = connection.getSenders().filter(({ track }) => track?.kind === 'audio');
      return senders.flatMap((sender) => sender.getParameters().encodings);
    });
    // Other connections carry smaller pictures, and a light sound while somebody needs it.
    const sent = encodings.filter(({ active }) => active);
    return { connections: sent.length, kbps: (sent.at(-1)?.maxBitrate ?? 0) / 1_000 };
  });
}

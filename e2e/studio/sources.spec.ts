import type { Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { levelOf, seesColour } from '../media/colour-and-tone.ts';
import { endSharing, installTestScreen, testScreen } from '../media/test-screen.ts';
import { testSource } from '../media/test-source.ts';
import type { Viewer } from '../pages/viewer.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/**
 * Counts the connections that `page` makes from its next load on, without those of the lower tiers, which begin with
 * their picture and come and go with the uplink.
 */
async function countConnections(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const made: RTCPeerConnection[] = [];
    Object.assign(window, { made });
    const Original = RTCPeerConnection;
    window.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(this);
      }
    };
  });
  return () =>
    page.evaluate(() => {
      const { made = [] } = window as Window & { made?: RTCPeerConnection[] };
      return made.filter((one) => one.getTransceivers()[0]?.receiver.track.kind === 'audio').length;
    });
}

/** The picture has this size at the viewer's. */
function seesSize({ video }: Viewer, width: number, height: number): Promise<void> {
  return expect(async () => {
    const size = await video.evaluate((element) => {
      const { videoWidth, videoHeight } = element as HTMLVideoElement;
      return [videoWidth, videoHeight];
    });
    expect(size).toEqual([width, height]);
  }).toPass({ timeout: 40_000 });
}

const blue = testSource.colour;
const orange = testScreen.colour;
const middle: [number, number] = [0.5, 0.4];

test('the chosen quality is applied at once, remembered, and what viewers see', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  const { page } = presenter;
  await presenter.open({ camera: 'as it is' });
  const preview = page.getByLabel('Your camera', { exact: true });
  await expect(preview).toHaveJSProperty('videoHeight', 720);
  await page.getByLabel('Quality', { exact: true }).selectOption({ label: '360p – for slow connections' });
  await expect(preview).toHaveJSProperty('videoHeight', 360);
  await page.getByLabel('Frames per second').selectOption({ label: '15 – for slides' });
  await page.reload();
  await expect(page.getByLabel('Quality', { exact: true })).toHaveValue('360');
  await expect(page.getByLabel('Frames per second')).toHaveValue('15');
  await expect(preview).toHaveJSProperty('videoHeight', 360);
  await presenter.goLive({ channel: 'small', title: 'Small but steady' });
  const viewer = await openViewer();
  await viewer.open('small');
  await viewer.seesMovingVideo();
  await seesSize(viewer, 640, 360);

  await test.step('and can be changed during the show', async () => {
    await button(page, 'Devices and quality').click();
    await page.getByLabel('Quality', { exact: true }).selectOption({ label: '480p – for saving data' });
    await seesSize(viewer, 854, 480);
  });
  await page.keyboard.press('Escape');
  await presenter.end();
});

test('the picture changes to a screen, to both, and back, and no viewer connects anew', async ({
  presenter,
  openViewer,
}) => {
  const { page } = presenter;
  await installTestScreen(page);
  const presenterConnections = await countConnections(page);
  await presenter.open();
  await presenter.goLive({ channel: 'slides', title: 'Slides' });
  const viewer = await openViewer();
  const viewerConnections = await countConnections(viewer.page);
  await viewer.open('slides');
  await viewer.seesMovingVideo();
  await seesColour(viewer.video, middle, blue);
  const before = [await presenterConnections(), await viewerConnections()];
  expect(before).not.toContain(0);

  await test.step('a screen, with its sound beside the microphone’s', async () => {
    await button(page, 'Screen').click();
    await seesColour(viewer.video, middle, orange);
    await viewer.seesMovingVideo();
    await expect(page.getByLabel('What you share', { exact: true })).toBeVisible();
    await viewer.page.getByRole('button', { name: 'Tap for sound' }).click();
    await expect.poll(() => levelOf(viewer.video, testScreen.toneHz), { timeout: 20_000 }).toBeGreaterThan(-60);
    expect(await levelOf(viewer.video, testSource.toneHz)).toBeGreaterThan(-60);
  });
  await test.step('muting silences the microphone, and not what is shown', async () => {
    await page.getByRole('button', { name: /^Mute/ }).click();
    await expect.poll(() => levelOf(viewer.video, testSource.toneHz), { timeout: 20_000 }).toBeLessThan(-75);
    expect(await levelOf(viewer.video, testScreen.toneHz)).toBeGreaterThan(-60);
    await page.getByRole('button', { name: /^Unmute/ }).click();
  });
  await test.step('the camera in a corner of the screen, and in another one', async () => {
    await button(page, 'Screen + camera').click();
    await seesSize(viewer, 1_280, 720);
    await seesColour(viewer.video, middle, orange);
    await seesColour(viewer.video, [0.88, 0.83], blue);
    await button(page, 'Top left').click();
    await seesColour(viewer.video, [0.12, 0.17], blue);
    await seesColour(viewer.video, [0.88, 0.83], orange);
    await viewer.seesMovingVideo();
  });
  await test.step('a camera that is turned off leaves the screen', async () => {
    await page.getByRole('button', { name: /^Camera off/ }).click();
    await seesColour(viewer.video, [0.12, 0.17], orange);
    await page.getByRole('button', { name: /^Camera on/ }).click();
    await seesColour(viewer.video, [0.12, 0.17], blue);
  });
  await test.step('the browser’s own button ends it, and the camera is back', async () => {
    await endSharing(page);
    await expect(page.getByText('Sharing has ended. Your camera is shown again.')).toBeVisible();
    await viewer.seesTheTestSource();
  });
  expect([await presenterConnections(), await viewerConnections()]).toEqual(before);
  await presenter.end();
});

test('Chromium’s own screen is captured, composed and seen', { tag: '@long' }, async ({ presenter, openViewer }) => {
  const { page } = presenter;
  await presenter.open({ camera: 'as it is' });
  await page.getByLabel('Quality', { exact: true }).selectOption('480');
  await button(page, 'Screen + camera').click();
  await expect(page.getByLabel('What you share', { exact: true })).toHaveJSProperty('videoHeight', 480);
  await presenter.goLive({ channel: 'captured', title: 'Captured' });
  const viewer = await openViewer();
  await viewer.open('captured');
  await viewer.seesMovingVideo();
  await seesSize(viewer, 854, 480);
  await presenter.end();
});

test('a screen that was shared last time is offered again', async ({ presenter }) => {
  const { page } = presenter;
  await installTestScreen(page);
  await presenter.open();
  await button(page, 'Screen').click();
  await expect(page.getByLabel('What you share', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Your camera', { exact: true })).toBeVisible();
  await expect(page.getByText('Last time you shared your screen.')).toBeVisible();
  await button(page, 'Share again').click();
  await expect(page.getByLabel('What you share', { exact: true })).toBeVisible();
});

test('a camera that is unplugged during the show is told, and another one is taken', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  const { page } = presenter;
  await presenter.open({ camera: 'as it is' });
  await presenter.goLive({ channel: 'unplugged', title: 'Unplugged' });
  const viewer = await openViewer();
  await viewer.open('unplugged');
  await viewer.seesMovingVideo();
  await page.getByLabel('Your camera', { exact: true }).evaluate((video) => {
    const stream = (video as HTMLVideoElement).srcObject as MediaStream;
    for (const track of stream.getVideoTracks()) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  });
  await expect(page.getByText(/was gone for a moment\. It is used again\./)).toBeVisible();
  await viewer.seesMovingVideo();
  await presenter.end();
});

test('on a phone, which shares no screen, everything is in reach of a thumb', async ({ presenter }) => {
  const { page } = presenter;
  await page.setViewportSize({ width: 360, height: 740 });
  await page.addInitScript(() => {
    Object.defineProperty(MediaDevices.prototype, 'getDisplayMedia', { value: undefined });
  });
  await presenter.open();
  await expect(button(page, 'Screen')).toBeHidden();
  for (const label of ['Camera', 'Microphone', 'Quality', 'Frames per second', 'Title', 'Channel']) {
    const field = page.getByLabel(label, { exact: true });
    await field.scrollIntoViewIfNeeded();
    const box = await field.boundingBox();
    expect(box?.height, label).toBeGreaterThanOrEqual(44);
    expect((box?.x ?? 0) + (box?.width ?? 999), label).toBeLessThanOrEqual(360);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await presenter.goLive({ channel: 'phone', title: 'From a phone' });
  await button(page, 'Devices and quality').click();
  await page.getByLabel('Quality', { exact: true }).selectOption('480');
  await page.keyboard.press('Escape');
  await presenter.end();
});

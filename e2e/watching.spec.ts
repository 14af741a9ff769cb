import type { Browser, Locator, Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { installTestSource } from './test-source.ts';
import { Viewer } from './viewer.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const desktop = { viewport: { width: 1280, height: 800 } };

/** A viewer with a device and a language of their own. */
async function openDevice(
  browser: Browser,
  baseURL: string,
  device: typeof phone | typeof desktop,
  locale = 'en-US',
): Promise<Viewer> {
  const context = await browser.newContext({ ...device, baseURL, locale });
  return new Viewer(await context.newPage());
}

const stageOf = (page: Page) => page.getByRole('region', { name: 'Stage', exact: true });
const opacityOf = (locator: Locator) =>
  locator.evaluate((element) => getComputedStyle(element.closest('.fades') ?? element).opacity);
const volumeOf = (video: Locator) => video.evaluate((element) => (element as HTMLVideoElement).volume);
const isFull = (page: Page) => page.evaluate(() => document.fullscreenElement !== null);

test('a viewer at a desk has every control under a key, and finds the volume as they left it', async ({
  browser,
  presenter,
  server,
}) => {
  test.setTimeout(120_000);
  const viewer = await openDevice(browser, server.url, desktop);
  const { page, video } = viewer;
  await page.addInitScript(() => {
    const asked: string[] = [];
    Object.assign(window, { asked });
    const { wakeLock } = navigator;
    wakeLock.request = (type) => {
      asked.push(`wake lock: ${type}`);
      return Promise.reject(new Error('This is only a test.'));
    };
  });
  await page.goto('/watch/desk');
  await expect(page.getByText('Nothing is on air yet')).toBeVisible();
  await expect(page.getByText('starts here by itself')).toBeVisible();
  await presenter.open();
  await presenter.goLive({ channel: 'desk', title: 'At the desk' });
  await viewer.seesMovingVideo();

  await test.step('one tap brings sound, and after that it is the viewer’s to mute', async () => {
    await page.getByRole('button', { name: 'Tap for sound' }).click();
    await expect(video).toHaveJSProperty('muted', false);
    await page.keyboard.press('m');
    await expect(video).toHaveJSProperty('muted', true);
    await expect(page.getByRole('button', { name: 'Tap for sound' })).toBeHidden();
    await page.keyboard.press('m');
    await expect(video).toHaveJSProperty('muted', false);
  });
  await test.step('the arrows change the volume on the stage, and scroll the page elsewhere', async () => {
    await page.getByRole('heading', { name: 'At the desk' }).click();
    await page.keyboard.press('ArrowDown');
    expect(await volumeOf(video)).toBe(1);
    await stageOf(page).click({ position: { x: 300, y: 200 } });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => volumeOf(video)).toBeCloseTo(0.7);
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => volumeOf(video)).toBeCloseTo(0.8);
    await expect(page.getByLabel('Volume')).toHaveValue('0.8');
  });
  await test.step('a pause is a look away: the link stays, and what follows is live', async () => {
    await page.keyboard.press('k');
    await expect(video).toHaveJSProperty('paused', true);
    await expect(page.getByRole('button', { name: 'Paused. Tap to go on live' })).toBeVisible();
    const since = Date.now();
    // Longer than a picture that stands still would be believed in.
    await expect.poll(() => Date.now() - since, { timeout: 15_000 }).toBeGreaterThan(5_000);
    await expect(page.getByTestId('reconnects')).toBeHidden();
    await page.keyboard.press(' ');
    await viewer.seesMovingVideo();
    await viewer.seesTheTestSource();
  });
  await test.step('the stage fills the screen by key, by button and by double click', async () => {
    await page.keyboard.press('f');
    await expect.poll(() => isFull(page)).toBe(true);
    await page.getByRole('button', { name: 'Leave full screen' }).click();
    await expect.poll(() => isFull(page)).toBe(false);
    await stageOf(page).dblclick({ position: { x: 300, y: 200 } });
    await expect.poll(() => isFull(page)).toBe(true);
    await page.keyboard.press('f');
    await expect.poll(() => isFull(page)).toBe(false);
  });
  await test.step('the picture can have a window of its own', async () => {
    const inWindow = () => page.evaluate(() => document.pictureInPictureElement !== null);
    await page.getByRole('button', { name: 'Picture in picture' }).click();
    await expect.poll(inWindow).toBe(true);
    await page.keyboard.press('i');
    await expect.poll(inWindow).toBe(false);
  });
  await test.step('the figures are true', async () => {
    await page.keyboard.press('s');
    const details = page.getByRole('region', { name: 'Technical details' });
    await expect(details.getByText('640 × 360')).toBeVisible();
    await expect(details.getByText('VP8, Opus')).toBeVisible();
    await expect(details.getByText('UDP, direct')).toBeVisible();
    await expect(details.getByText(/^\d+(,\d+)? kb\/s$/)).toBeVisible();
    await page.getByRole('button', { name: 'Close the technical details' }).click();
    await expect(details).toBeHidden();
  });
  await test.step('the keys are listed, and can be turned off and on', async () => {
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(list.getByText('Louder and softer')).toBeVisible();
    await list.getByLabel('Keyboard shortcuts are on').uncheck();
    await page.keyboard.press('Escape');
    await expect(list).toBeHidden();
    await page.keyboard.press('m');
    await expect(video).toHaveJSProperty('muted', false);
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await list.getByLabel('Keyboard shortcuts are on').check();
    await list.getByRole('button', { name: 'Close' }).click();
    await page.keyboard.press('m');
    await expect(video).toHaveJSProperty('muted', true);
    await page.keyboard.press('m');
  });
  await test.step('the controls go while nobody moves, and never under a keyboard’s focus', async () => {
    const mute = page.getByRole('button', { name: 'Turn sound off' });
    await page.mouse.move(400, 300);
    await expect.poll(() => opacityOf(mute), { timeout: 10_000 }).toBe('0');
    await page.mouse.move(420, 310);
    await expect.poll(() => opacityOf(mute)).toBe('1');
    await mute.focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    await expect(mute).toBeFocused();
    const since = Date.now();
    await expect.poll(() => Date.now() - since, { timeout: 10_000 }).toBeGreaterThan(4_000);
    expect(await opacityOf(mute)).toBe('1');
  });
  await test.step('the system knows what is on, and lets the screen awake', async () => {
    expect(await page.evaluate(() => navigator.mediaSession.metadata?.title)).toBe('At the desk');
    expect(await page.evaluate(() => navigator.mediaSession.playbackState)).toBe('playing');
    // The page has what the script above put there.
    expect(await page.evaluate(() => (window as unknown as { asked: string[] }).asked)).toContain('wake lock: screen');
  });
  await page.reload();
  await viewer.seesMovingVideo();
  await page.getByRole('button', { name: 'Tap for sound' }).click();
  expect(await volumeOf(video)).toBeCloseTo(0.8);
  await presenter.end();
  await viewer.seesThatItEnded();
  await page.context().close();
});

test('a viewer with a phone sees a phone’s picture as large as it goes, and everything within reach', async ({
  browser,
  presenter,
  server,
}) => {
  test.setTimeout(90_000);
  await installTestSource(presenter.page, { width: 360, height: 640 });
  await presenter.open({ camera: 'as it is' });
  await presenter.goLive({ channel: 'pocket', title: 'In the pocket', record: true });
  const viewer = await openDevice(browser, server.url, phone);
  const { page, video } = viewer;
  await viewer.open('pocket');
  await viewer.seesMovingVideo();
  await expect
    .poll(async () => {
      const box = await stageOf(page).boundingBox();
      return box === null ? 0 : box.width / box.height;
    })
    .toBeLessThan(0.61);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Tap for sound' }).tap();
  await expect(video).toHaveJSProperty('muted', false);

  await test.step('a tap on what has faded only shows it', async () => {
    const mute = page.getByRole('button', { name: 'Turn sound off' });
    await expect.poll(() => opacityOf(mute), { timeout: 10_000 }).toBe('0');
    await mute.tap();
    await expect.poll(() => opacityOf(mute)).toBe('1');
    await expect(video).toHaveJSProperty('muted', false);
    await mute.tap();
    await expect(video).toHaveJSProperty('muted', true);
  });
  await test.step('every control is large enough for a finger, and none is out of reach', async () => {
    for (const button of await stageOf(page).getByRole('button').all()) {
      const box = await button.boundingBox();
      if (box === null) continue;
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(390);
    }
  });
  await test.step('the figures fit on the stage', async () => {
    await page.getByRole('button', { name: 'Technical details' }).tap();
    await expect(page.getByText('360 × 640')).toBeVisible();
    await page.getByRole('button', { name: 'Close the technical details' }).tap();
  });
  await test.step('two taps fill the screen', async () => {
    const { x, y, width } = (await stageOf(page).boundingBox()) ?? { x: 0, y: 0, width: 0 };
    await page.touchscreen.tap(x + width / 2, y + 200);
    await page.touchscreen.tap(x + width / 2, y + 200);
    await expect.poll(() => isFull(page)).toBe(true);
    await page.evaluate(() => document.exitFullscreen());
  });
  await presenter.end();
  await viewer.seesThatItEnded();
  await page.getByRole('link', { name: 'Watch the recording' }).tap();
  await expect(page).toHaveURL(/\/recordings\//);
  await page.context().close();
});

test('who reads Korean waits, watches and says goodbye in Korean', async ({ browser, presenter, server }) => {
  for (const device of [phone, desktop]) {
    const { page } = await openDevice(browser, server.url, device, 'ko-KR');
    const video = page.getByLabel('방송', { exact: true });
    await page.goto('/watch/seoul');
    await expect(page).toHaveTitle('seoul 시청 · Rostrum');
    await expect(page.getByText('아직 방송이 없습니다')).toBeVisible();
    if (device === phone) await presenter.open();
    else await presenter.preparesAnother();
    await presenter.goLive({ channel: 'seoul', title: '서울' });
    await expect
      .poll(() => video.evaluate((element) => (element as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames))
      .toBeGreaterThan(20);
    await expect(page.getByRole('button', { name: '눌러서 소리 켜기' })).toBeVisible();
    await expect(page.getByText('1명 시청 중')).toBeVisible();
    await presenter.end();
    await expect(page.getByText('방송이 끝났습니다', { exact: true })).toBeVisible();
    await page.context().close();
  }
});

test('a viewer whose download loses packets is told so, and nobody else is', async ({ browser, presenter, server }) => {
  test.setTimeout(90_000);
  await presenter.open();
  await presenter.goLive({ channel: 'lossy', title: 'Lossy' });
  const poor = await openDevice(browser, server.url, desktop);
  const good = await openDevice(browser, server.url, phone);
  for (const viewer of [poor, good]) {
    await viewer.open('lossy');
    await viewer.seesMovingVideo(90);
  }
  const devTools = await poor.page.context().newCDPSession(poor.page);
  await devTools.send('Network.enable');
  const line = { offline: false, downloadThroughput: -1, uploadThroughput: -1, latency: 0 };
  await devTools.send('Network.emulateNetworkConditions', { ...line, latency: 150, packetLoss: 45 });
  await expect(poor.page.getByText('It stutters because of your download')).toBeVisible({ timeout: 30_000 });
  await expect(good.page.getByText(/It stutters/)).toBeHidden();
  await devTools.send('Network.emulateNetworkConditions', { ...line, packetLoss: 0 });
  await expect(poor.page.getByText(/It stutters/)).toBeHidden({ timeout: 30_000 });
  await presenter.end();
  for (const { page } of [poor, good]) await page.context().close();
});

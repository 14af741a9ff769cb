import type { Locator } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { desktop, isFull, opacityOf, openDevice, stageOf } from '../pages/devices.ts';

const volumeOf = (video: Locator) => video.evaluate((element) => (element as HTMLVideoElement).volume);

test('a viewer at a desk has every control under a key, and finds the volume as they left it', {
  tag: '@long',
}, async ({ browser, presenter, server }) => {
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
  await expect(page.getByText('starts here automatically')).toBeVisible();
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
    const artwork = await page.evaluate(() =>
      (navigator.mediaSession.metadata?.artwork ?? []).map(({ src, sizes, type }) => ({ src, sizes, type })),
    );
    expect(artwork.map(({ sizes, type }) => `${sizes} ${type}`)).toEqual(['192x192 image/png', '512x512 image/png']);
    for (const { src, type } of artwork) {
      expect((await page.request.get(src)).headers()['content-type'], src).toBe(type);
    }
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

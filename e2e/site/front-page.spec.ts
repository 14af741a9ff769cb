import type { Locator, Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { testSource } from '../media/test-source.ts';
import { goLiveFrom, hide, launchHidingBrowser, openStudio } from '../pages/hiding-browser.ts';
import { tabTo } from '../pages/keyboard.ts';
import { colourAt, sizeOf } from '../pages/preview-picture.ts';

/** The card of a show on the front page. */
const cardOf = (page: Page, title: string): Locator =>
  page.getByRole('article').filter({ has: page.getByRole('link', { name: title, exact: true }) });

const previewSwitch = (page: Page): Locator => page.getByRole('switch', { name: /preview picture/ });

test('the card of a show has its picture, until the camera is off or the presenter forbids it', async ({
  presenter,
  openPage,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'front-page', title: 'On the front page' });
  const page = await openPage();
  await page.goto('/');
  const card = cardOf(page, 'On the front page');
  const picture = card.locator('img');

  await test.step('it shows what the presenter sends', async () => {
    await expect(picture).toBeVisible();
    expect(await sizeOf(picture)).toEqual({ width: 320, height: 180 });
    const colour = await colourAt(picture, 0.5, 0.35);
    for (const [index, wanted] of testSource.colour.entries())
      expect(Math.abs((colour[index] ?? 0) - wanted)).toBeLessThan(40);
    await expect(card.getByText(/^(Just started|Live for 1 minute)$/)).toBeVisible();
    await expect(card.getByText('0 viewers')).toBeVisible();
  });
  await test.step('while the camera is off, there is no old picture', async () => {
    await presenter.page.getByRole('button', { name: 'Camera off' }).click();
    await expect(card.getByText('The camera is off')).toBeVisible();
    await expect(picture).toBeHidden();
    await presenter.page.getByRole('button', { name: 'Camera on' }).click();
    await expect(picture).toBeVisible();
  });
  await test.step('a presenter who forbids it removes it at once, also for those who know its address', async () => {
    const address = (await picture.getAttribute('src')) ?? '';
    expect((await page.request.get(address)).status()).toBe(200);
    await previewSwitch(presenter.page).click();
    await expect(picture).toBeHidden();
    expect((await page.request.get(address)).status()).toBe(404);
    await expect(card.getByRole('link')).toBeVisible();
  });
});

test('the picture on the card is renewed every ten seconds without going away', { tag: '@long' }, async ({
  presenter,
  openPage,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'renewed', title: 'Renewed' });
  const page = await openPage();
  await page.goto('/');
  const picture = cardOf(page, 'Renewed').locator('img');
  await expect(picture).toBeVisible();
  // Counts the frames in which the card has no decoded picture.
  await picture.evaluate((image: HTMLImageElement) => {
    const watch = () => {
      if (!image.isConnected || !image.complete || image.naturalWidth === 0)
        Object.assign(window, { hasFlickered: true });
      requestAnimationFrame(watch);
    };
    watch();
  });
  for (const _ of ['second', 'third']) {
    const before = (await picture.getAttribute('src')) ?? '';
    await expect(picture).not.toHaveAttribute('src', before, { timeout: 20_000 });
  }
  expect(await page.evaluate(() => Reflect.get(window, 'hasFlickered'))).toBeUndefined();
});

test('a picture full of noise has at most 20 kB', { tag: '@long' }, async ({ presenter, openPage }) => {
  await presenter.page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
      const context = canvas.getContext('2d');
      const noise = new OffscreenCanvas(320, 180);
      const pixels = new ImageData(320, 180);
      for (let at = 0; at < pixels.data.length; at += 4) {
        crypto.getRandomValues(pixels.data.subarray(at, at + 3));
        pixels.data[at + 3] = 255;
      }
      noise.getContext('2d')?.putImageData(pixels, 0, 0);
      // Each pixel of the noise is as large as one of the preview.
      const draw = () => context?.drawImage(noise, 0, 0, 1280, 720);
      setInterval(draw, 200);
      draw();
      return canvas.captureStream(5);
    };
  });
  await presenter.open({ camera: 'as it is' });
  await presenter.goLive({ channel: 'noise', title: 'Noise' });
  const page = await openPage();
  await page.goto('/');
  const picture = cardOf(page, 'Noise').locator('img');
  await expect(picture).toBeVisible();
  const response = await page.request.get((await picture.getAttribute('src')) ?? '');
  const { length } = await response.body();
  console.log(`A picture of noise: ${length} bytes`);
  expect(length).toBeLessThanOrEqual(20_000);
  // It is noise indeed: a quiet picture of this size has far fewer bytes.
  expect(length).toBeGreaterThan(8_000);
});

test('a locked channel has no picture on the front page, and who may not watch does not get its file', {
  tag: '@long',
}, async ({ presenter, openPage }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'staff-only', title: 'Marks of the term' });
  const page = await openPage();
  await page.goto('/');
  const picture = cardOf(page, 'Marks of the term').locator('img');
  await expect(picture).toBeVisible();
  const address = (await picture.getAttribute('src')) ?? '';
  await presenter.page.getByText('Passcode for viewers').click();
  await presenter.page.getByLabel('Passcode', { exact: true }).fill('seven blue chairs');
  await presenter.page.keyboard.press('Enter');
  const card = cardOf(page, 'staff-only');
  await expect(card.getByText('Private')).toBeVisible();
  await expect(page.locator('article img')).toBeHidden();
  await expect(page.getByText('Marks of the term')).toBeHidden();
  expect((await page.request.get(address)).status()).toBe(401);
});

test('the choice to show no picture is kept for the next show', { tag: '@long' }, async ({ presenter, openPage }) => {
  await presenter.open();
  await previewSwitch(presenter.page).click();
  await presenter.page.reload();
  await expect(previewSwitch(presenter.page)).not.toBeChecked();
  await presenter.goLive({ channel: 'unpictured', title: 'Unpictured' });
  const page = await openPage();
  await page.goto('/');
  const card = cardOf(page, 'Unpictured');
  await expect(card).toBeVisible();
  // The first picture would have come with the show, and is known to come once it is allowed.
  expect((await page.request.get('/api/broadcasts/unpictured/thumbnail')).status()).toBe(404);
  await previewSwitch(presenter.page).click();
  await expect(card.locator('img')).toBeVisible();
});

test('a presenter in front of another tab still sends the picture', { tag: '@long' }, async ({ server, openPage }) => {
  const browser = await launchHidingBrowser();
  try {
    const studio = await browser.newPage();
    await openStudio(studio, server);
    await goLiveFrom(studio, { channel: 'hidden-studio', title: 'Hidden studio' });
    const page = await openPage();
    await page.goto('/');
    const picture = cardOf(page, 'Hidden studio').locator('img');
    await expect(picture).toBeVisible();
    await hide(studio);
    for (const _ of ['second', 'third']) {
      const before = (await picture.getAttribute('src')) ?? '';
      await expect(picture).not.toHaveAttribute('src', before, { timeout: 20_000 });
    }
  } finally {
    await browser.close();
  }
});

test('the whole card is one link, also by keyboard', { tag: '@long' }, async ({ presenter, openPage }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'by-keyboard', title: 'By keyboard' });
  const page = await openPage();
  await page.goto('/');
  const card = cardOf(page, 'By keyboard');
  await expect(card.locator('img')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Go live' }).focus();
  // A show of a test before may still wait for its presenter there.
  await tabTo(page, card.getByRole('link'));
  await expect(card).toHaveCSS('outline-style', 'solid');
  await card.click({ position: { x: 20, y: 100 } });
  await expect(page).toHaveURL(/\/watch\/by-keyboard$/);
});

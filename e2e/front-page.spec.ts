import type { Locator, Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { colourAt, sizeOf } from './preview-picture.ts';
import { testSource } from './test-source.ts';

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

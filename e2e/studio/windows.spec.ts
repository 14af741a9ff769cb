import type { Locator, Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';

test('a window keeps the focus, closes by a press beside it, and gives the focus back', { tag: '@long' }, async ({
  presenter,
}) => {
  const { page } = presenter;
  await presenter.open();
  await presenter.goLive({ channel: 'windows', title: 'In and out' });
  const opener = page.getByRole('button', { name: 'Embed' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  for (let press = 0; press < 6; press++) {
    await page.keyboard.press('Tab');
    expect(await hasTheFocusOrNobody(dialog), `after ${press + 1} presses of Tab`).toBe(true);
  }
  await dragOutOf(page, dialog);
  await expect(dialog, 'a selection that ends beside it is not meant to close it').toBeVisible();
  await page.mouse.click(5, 300);
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();

  const end = page.getByRole('button', { name: 'End broadcast' });
  await end.click();
  const question = page.getByRole('alertdialog', { name: /end/i });
  await expect(question.getByRole('button').first(), 'the way out has the focus').toBeFocused();
  await page.mouse.click(5, 300);
  await expect(question, 'a question is not closed by a press beside it').toBeVisible();
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(end).toBeFocused();
  await presenter.seesThatItIsLive();
  await presenter.end();
});

test('the way from page to page loads nothing anew, and what is nowhere says so', async ({ openPage }) => {
  const page = await openPage();
  await page.goto('/');
  await page.evaluate(() => Object.assign(window, { stillThere: true }));
  await page.getByRole('link', { name: 'Recordings', exact: true }).click();
  await expect(page).toHaveURL(/\/recordings$/);
  await expect(page.getByRole('link', { name: 'Recordings', exact: true })).toHaveAttribute('aria-current', 'page');
  await page.goBack();
  await expect(page).toHaveURL(/\/$/);
  expect(await page.evaluate(() => 'stillThere' in window)).toBe(true);

  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Recordings', exact: true }).click({ modifiers: ['ControlOrMeta'] }),
  ]);
  await expect(tab).toHaveURL(/\/recordings$/);
  await expect(page).toHaveURL(/\/$/);

  const missing = await page.goto('/no/such/page');
  expect(missing?.status()).toBe(404);
  await expect(page.getByText('There is nothing at this address')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Recordings', exact: true })).toBeVisible();
});

/** In a window, the focus may leave for the browser's own controls, but not for the page behind. */
async function hasTheFocusOrNobody(dialog: Locator): Promise<boolean> {
  return await dialog.evaluate((element) => {
    const focused = document.activeElement;
    return focused === document.body || element.contains(focused);
  });
}

async function dragOutOf(page: Page, dialog: Locator): Promise<void> {
  const box = await dialog.getByRole('textbox').boundingBox();
  if (box === null) throw new Error('There is no text to select.');
  await page.mouse.move(box.x + box.width / 2, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(5, 300, { steps: 3 });
  await page.mouse.up();
}

import type { Locator, Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';

const pastShows = (page: Page): Locator => page.getByRole('region', { name: 'Past shows' });

test('a channel shows its past shows when nothing is on, and below a show that is', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  test.setTimeout(180_000);
  const viewer = await openViewer();
  const { page } = viewer;
  await viewer.open('repeated');
  await expect(page.getByText('Nothing is on air yet')).toBeVisible();
  await expect(pastShows(page)).toBeHidden();
  await presenter.open();
  await presenter.goLive({ channel: 'repeated', title: 'First of all', record: true });
  await viewer.seesMovingVideo();
  await presenter.seesOfTheRecording('Recording');
  await expect(pastShows(page)).toBeHidden();
  await presenter.end();

  await test.step('who stayed sees it as soon as its recording is finished', async () => {
    const past = pastShows(page).getByRole('article');
    await expect(past).toHaveCount(1);
    await expect(past.getByRole('link', { name: 'First of all' })).toBeVisible();
    await expect(past.getByText(/0:\d\d$/).filter({ hasText: 'Length' })).toBeVisible();
  });
  await test.step('it stays there while the next one is on', async () => {
    await presenter.preparesAnother();
    await presenter.goLive({ channel: 'repeated', title: 'Second of all' });
    await page.reload();
    await viewer.seesMovingVideo();
    await expect(pastShows(page).getByRole('link', { name: 'First of all' })).toBeVisible();
    await presenter.end();
  });
  await test.step('a click anywhere on its card opens the recording', async () => {
    await pastShows(page)
      .getByRole('article')
      .click({ position: { x: 10, y: 10 } });
    await expect(page.getByRole('heading', { name: 'First of all' })).toBeVisible();
    await expect(page).toHaveURL(/\/recordings\/.*-repeated-/);
  });
  await test.step('another channel does not show it', async () => {
    const listed = page.waitForResponse('**/api/recordings?*');
    await viewer.open('never-repeated');
    await listed;
    await expect(page.getByText('Nothing is on air yet')).toBeVisible();
    await expect(pastShows(page)).toBeHidden();
  });
});

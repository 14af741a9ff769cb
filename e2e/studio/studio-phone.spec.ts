import { expect, test } from '../fixtures.ts';
import { openDevice, phone } from '../pages/devices.ts';
import { Presenter } from '../pages/presenter.ts';

test('who goes live from a phone sees the picture and its buttons, however far down the page was', async ({
  browser,
  server,
}) => {
  const { page } = await openDevice(browser, server.url, phone);
  const presenter = new Presenter(page, server.key);
  await presenter.open();
  await presenter.fillIn({ channel: 'phone-studio', title: 'From a phone' });
  await page.getByRole('button', { name: 'Go live' }).tap();
  await presenter.seesThatItIsLive();
  for (const name of ['Mute', 'Camera off', 'End broadcast']) {
    await expect(page.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
  }
  await expect(page.locator('video')).toBeInViewport({ ratio: 0.9 });
  await presenter.end();
  await expect(page.getByRole('heading', { name: 'Your broadcast has ended' })).toBeInViewport();
  await page.context().close();
});

test('who finds the channel taken by their own show can still resume it', { tag: '@long' }, async ({ presenter }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'own-channel', title: 'My own' });
  const other = new Presenter(await presenter.page.context().newPage(), '');
  await other.open({ link: '/present' });
  await expect(other.page.getByRole('button', { name: 'Resume your broadcast' })).toBeVisible();
  await other.page.getByRole('button', { name: 'Go live' }).click();
  const refusal = other.page.getByRole('alert').filter({ hasText: 'Somebody is already live on this channel' });
  await refusal.getByRole('button', { name: 'Resume your broadcast' }).click();
  await other.seesThatItIsLive();
  await expect(presenter.page.getByRole('button', { name: 'Take it back' })).toBeVisible();
  await other.end();
});

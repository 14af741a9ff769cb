import { desktop, openDevice, phone } from './devices.ts';
import { expect, test } from './fixtures.ts';

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

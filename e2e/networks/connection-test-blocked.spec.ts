import { expect } from '../fixtures.ts';
import { usesOtherMediaServer } from '../servers/media-server-choice.ts';
import { test } from '../servers/remote.ts';

test('a connection test where UDP is blocked says so, and what to do; and works once it is not', {
  tag: ['@alone', '@long'],
}, async ({ openRemote }) => {
  test.setTimeout(90_000);
  const { page, url, network } = await openRemote();
  await network.blockUdp();
  await page.goto(`${url}/watch/nobody-there`);
  await page.getByText('Trouble watching?').click();
  await page.getByRole('button', { name: 'Test my connection' }).click();
  if (usesOtherMediaServer) {
    // A Kurento sends and takes media over TCP as well, to ports of its own.
    await expect(page.getByText(/^Over TCP: it works, but the picture may stutter/)).toBeVisible({ timeout: 25_000 });
    await network.blockTcpExceptTo(Number(new URL(url).port));
    await page.getByRole('button', { name: 'Test again' }).click();
  }
  await expect(page.getByText('Sound and picture do not get through')).toBeVisible({ timeout: 25_000 });
  await expect(page.getByText(/UDP to its media ports is blocked/)).toBeVisible();
  await network.unblockUdp();
  await page.getByRole('button', { name: 'Test again' }).click();
  await expect(page.getByText('Direct, over UDP: the best there is.')).toBeVisible({ timeout: 25_000 });
});

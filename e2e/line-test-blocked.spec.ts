import { expect } from './fixtures.ts';
import { test } from './remote.ts';

test('@alone a test of the line where UDP is blocked says so, and what to do; and works once it is not', async ({
  openRemote,
}) => {
  test.setTimeout(90_000);
  const { page, url, network } = await openRemote();
  await network.blockUdp();
  await page.goto(`${url}/watch/nobody-there`);
  await page.getByText('Trouble watching?').click();
  await page.getByRole('button', { name: 'Test my connection' }).click();
  await expect(page.getByText('Sound and picture do not get through')).toBeVisible({ timeout: 25_000 });
  await expect(page.getByText(/UDP to its media ports is blocked/)).toBeVisible();
  await network.unblockUdp();
  await page.getByRole('button', { name: 'Test again' }).click();
  await expect(page.getByText('Direct, over UDP: the best there is.')).toBeVisible({ timeout: 25_000 });
});

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../fixtures.ts';
import { lanAddress, noLanAddress } from '../servers/lan-address.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const lan = lanAddress();

test('who opens the studio at an insecure address reads which one to open, and has a camera there', async ({
  openPage,
  server,
}) => {
  test.skip(lan === null, noLanAddress);
  const { port } = new URL(server.url);
  const page = await openPage();
  await page.goto(`http://${lan}:${port}/present`);
  const notice = page.getByRole('alert').filter({ hasText: 'not secure enough for a camera' });
  await expect(notice).toContainText('HTTPS=self-signed');
  await page.goto(`http://${lan}:${port}/present#key=${server.key}`);
  await expect(page.getByText('Check your picture and sound')).toBeVisible();
  await expect(notice).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include('[role=alert]').analyze();
  expect(violations).toEqual([]);
  await notice.getByRole('link', { name: `http://localhost:${port}/present` }).click();
  await expect(page.getByLabel('Your camera', { exact: true })).toBeVisible();
  expect(page.url()).toBe(`http://localhost:${port}/present`);
});

test('who opens the studio at an insecure address is sent to the public one', { tag: '@long' }, async ({
  openPage,
}) => {
  test.skip(lan === null, noLanAddress);
  const server = await startRostrum({ PUBLIC_URL: 'https://live.example.org/' });
  try {
    const page = await openPage();
    await page.goto(`http://${lan}:${new URL(server.url).port}/present`);
    const notice = page.getByRole('alert').filter({ hasText: 'not secure enough for a camera' });
    const link = notice.getByRole('link', { name: 'https://live.example.org/present' });
    await expect(link).toHaveAttribute('href', 'https://live.example.org/present');
    await expect(notice).not.toContainText('HTTPS=self-signed');
  } finally {
    await server.close();
  }
});

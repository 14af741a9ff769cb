import { expect, test } from '../fixtures.ts';

test('a presenter finds out before the show how well the picture gets out, and goes live after it', {
  tag: '@long',
}, async ({ presenter, openViewer }) => {
  const { page } = presenter;
  await presenter.open();
  await page.getByRole('button', { name: 'Test my connection' }).click();
  const returned = page.getByLabel('What came back from the media server');
  await expect.poll(() => returned.evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(100);
  await expect(page.getByText('Direct, over UDP: the best there is.')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/Mbit\/s got through/)).toBeVisible();
  await expect(page.getByText(/pictures a second/)).toBeVisible();
  await expect(page.getByText('It hears you.')).toBeVisible();
  await expect(page.getByText(/ms there and back/)).toBeVisible();
  await presenter.goLive({ channel: 'tested', title: 'Tested' });
  const viewer = await openViewer();
  await viewer.open('tested');
  await viewer.seesMovingVideo(30);
});

test('a viewer in trouble finds out what arrives, without a camera', { tag: '@long' }, async ({ openPage }) => {
  const page = await openPage();
  await page.goto('/watch/nobody-there');
  await page.getByText('Trouble watching?').click();
  await page.getByRole('button', { name: 'Test my connection' }).click();
  await expect(page.getByText(/Mbit\/s arrived/)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('Direct, over UDP: the best there is.')).toBeVisible();
  await page.getByRole('button', { name: 'Test again' }).click();
  await page.getByRole('button', { name: 'Stop the test' }).click();
  await expect(page.getByRole('button', { name: 'Test my connection' })).toBeVisible();
});

import type { Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { observePictures, readPictures } from '../media/picture-observer.ts';
import { observeReception, readReception } from '../media/reception.ts';
import { installTestSource } from '../media/test-source.ts';
import { Viewer } from '../pages/viewer.ts';

/** The height of the picture that the page shows. */
function heightOf(page: Page): Promise<number> {
  return page.locator('video').evaluate((video) => (video as HTMLVideoElement).videoHeight);
}

test('a viewer chooses the quality, and the picture changes on the same connection', async ({
  presenter,
  openViewer,
}) => {
  const { page } = await openViewer();
  await observePictures(page);
  await observeReception(page);
  await installTestSource(presenter.page, { width: 1280, height: 720, prompt: true, grain: true });
  await presenter.open({ camera: 'as it is' });
  await presenter.goLive({ channel: 'quality', title: 'Quality' });
  const viewer = new Viewer(page);
  await viewer.open('quality');
  await viewer.seesMovingVideo(60);
  const quality = page.getByRole('combobox', { name: 'Picture quality' });
  // The middle tier is sent once the uplink is known to bear it.
  const choices = [/Automatic \(720p\)/, '720p', '360p', '180p', 'Sound only'];
  await expect(quality.getByRole('option')).toHaveText(choices, { timeout: 30_000 });
  // The first time, a smaller picture has to be begun; the second time it is still sent.
  for (const [choice, height] of [
    ['180p', 180],
    ['360p', 360],
    ['180p', 180],
    ['360p', 360],
    ['720p', 720],
  ] as const) {
    const from = Date.now();
    await quality.selectOption({ label: choice });
    await expect.poll(() => heightOf(page), { intervals: [10] }).toBe(height);
    const gaps = (await readPictures(page)).gaps.filter(({ toMs }) => toMs > from);
    console.log(`${choice} after ${Date.now() - from} ms, gaps: ${JSON.stringify(gaps)}`);
    // On a quiet machine there is none. A Kurento sends nothing until the other tier’s keyframe is there.
    expect(gaps.filter(({ fromMs, toMs }) => toMs - fromMs > 1_500)).toEqual([]);
    await page.waitForTimeout(1_000);
  }
  await quality.selectOption({ label: 'Sound only' });
  await expect(page.getByText('You turned the picture off')).toBeVisible();
  await quality.selectOption({ label: 'Automatic' });
  await viewer.seesMovingVideo();
  expect((await readReception(page)).connections).toBe(1);
});

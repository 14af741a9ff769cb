import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page, TestInfo } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { installScreenshotSource } from './screenshot-source.ts';

const folder = join(fileURLToPath(import.meta.url), '..', 'screenshots');
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;

/*
 * Every page, at a phone's and a desktop's width. They are kept beside the test's other results; with
 * SCREENSHOTS=keep those that the README shows are kept in e2e/screenshots instead.
 */
test('every page fits a phone and a desktop', async ({ presenter, openViewer, openPage }, testInfo) => {
  test.setTimeout(120_000);
  const page = await openPage();
  await page.goto('/');
  await take(page, testInfo, 'lobby-empty');
  await installScreenshotSource(presenter.page);
  await presenter.open({ camera: 'as it is' });
  await presenter.fillIn({ channel: 'open-day', title: 'Open day at the observatory', record: true });
  await take(presenter.page, testInfo, 'present-before');
  await presenter.page.setViewportSize(sizes.desktop);
  await presenter.page.getByRole('button', { name: 'Go live' }).click();
  await presenter.seesThatItIsLive();
  const viewer = await openViewer();
  await viewer.open('open-day');
  await viewer.seesMovingVideo();
  await presenter.seesViewers(1);
  await take(viewer.page, testInfo, 'watch');
  await expect(presenter.page.getByText(/^Room for about/)).toBeVisible({ timeout: 30_000 });
  await take(presenter.page, testInfo, 'present-live');
  await presenter.page.getByRole('button', { name: 'Continue on another device' }).click();
  await take(presenter.page, testInfo, 'present-hand-over');
  await presenter.page.keyboard.press('Escape');
  await presenter.switchesRecording('Pause recording', 'Recording paused');
  await take(presenter.page, testInfo, 'present-paused');
  await presenter.switchesRecording('Stop recording', 'Recording finished');
  await take(presenter.page, testInfo, 'present-recorded');
  await page.goto('/');
  await expect(page.getByText('Open day at the observatory').first()).toBeVisible();
  await take(page, testInfo, 'lobby');
  await page.goto('/watch/another-channel');
  await expect(page.getByText(/not started|will start|waiting/i).first()).toBeVisible();
  await take(page, testInfo, 'watch-waiting');
  await presenter.page.setViewportSize(sizes.desktop);
  await presenter.end();
  await take(presenter.page, testInfo, 'present-after');
  await viewer.seesThatItEnded();
  await take(viewer.page, testInfo, 'watch-ended');
  await page.goto('/recordings');
  await expect(page.getByRole('link', { name: 'Open day at the observatory', exact: true }).first()).toBeVisible();
  await take(page, testInfo, 'recordings');
  await page.getByRole('link', { name: 'Open day at the observatory', exact: true }).first().click();
  await expect(page.locator('video')).toBeVisible({ timeout: 30_000 });
  await take(page, testInfo, 'recording');
});

/** Takes the page at both sizes, and sees to it that nothing sticks out at the side. */
async function take(page: Page, testInfo: TestInfo, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    // What moves into place is given the time to arrive.
    await page.evaluate(() =>
      Promise.all(
        document
          .getAnimations()
          .map(({ effect, finished }) =>
            effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY ? null : finished.catch(() => null),
          ),
      ),
    );
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${name} at a ${size}'s width`).toBeLessThanOrEqual(0);
    const keep = process.env.SCREENSHOTS === 'keep';
    if (keep) await mkdir(folder, { recursive: true });
    const file = `${name}-${size}.png`;
    await page.screenshot({ path: keep ? join(folder, file) : testInfo.outputPath(file) });
  }
}

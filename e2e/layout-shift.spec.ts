import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { sizes } from './looks.ts';

/** Below this, visitors hardly notice: https://web.dev/articles/cls */
const goodShift = 0.1;

for (const [size, viewport] of Object.entries(sizes)) {
  const tag = size === 'phone' ? [] : '@long';
  test(`nothing jumps on a ${size} while a page fills, nor when a show begins`, { tag }, async ({
    presenter,
    openPage,
    openViewer,
  }) => {
    test.setTimeout(90_000);
    const [lobby, { page: watch }, recordings] = [await openPage(), await openViewer(), await openPage()];
    for (const page of [lobby, watch, recordings]) {
      await page.setViewportSize(viewport);
      await countShifts(page);
    }
    const channel = `steady-${size}`;
    await lobby.goto('/');
    await expect(lobby.getByRole('heading', { level: 1 })).toBeVisible();
    await watch.goto(`/watch/${channel}`);
    await expect(watch.getByText('Nothing is on air yet')).toBeVisible();
    await presenter.open();
    await presenter.goLive({ channel, title: 'Nothing jumps', record: true });
    await expect(lobby.getByRole('link', { name: 'Nothing jumps' }).first()).toBeVisible();
    await expect.poll(() => watch.locator('video').evaluate(framesOf)).toBeGreaterThan(10);
    await presenter.end();
    await recordings.goto('/recordings');
    await expect(recordings.getByRole('button', { name: 'Play Nothing jumps' }).first()).toBeVisible();
    for (const [name, page] of Object.entries({ lobby, watch, recordings })) {
      expect.soft(await shiftOf(page), `the layout shift of ${name}`).toBeLessThan(goodShift);
    }
  });
}

const framesOf = (video: Element) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames;

/** Sums up, from the next load on, how much moves that nobody asked to move. */
async function countShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let sum = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        // The type is not in TypeScript's library: https://wicg.github.io/layout-instability/#sec-layout-shift
        const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
        if (!hadRecentInput) sum += value;
      }
      document.documentElement.dataset.layoutShift = String(sum);
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

async function shiftOf(page: Page): Promise<number> {
  return Number((await page.locator('html').getAttribute('data-layout-shift')) ?? 0);
}

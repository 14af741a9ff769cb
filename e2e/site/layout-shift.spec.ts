import type { Page } from 'playwright/test';
import { test as base, expect, runServer } from '../fixtures.ts';
import { sizes } from '../pages/looks.ts';

/** Shows of other tests that end would move the cards below them. */
const test = base.extend<object, object>({ server: [runServer, { scope: 'worker' }] });

/** Below this, visitors hardly notice: https://web.dev/articles/cls */
const goodShift = 0.1;

for (const [size, viewport] of Object.entries(sizes)) {
  test(`nothing jumps on a ${size} while a page fills, nor when a show begins`, { tag: '@long' }, async ({
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
      const { sum, moved } = await shiftOf(page);
      expect.soft(sum, `the layout shift of ${name}:\n${moved}`).toBeLessThan(goodShift);
    }
  });
}

const framesOf = (video: Element) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames;

/** Sums up, from the next load on, how much moves that nobody asked to move. */
async function countShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    // The type is not in TypeScript's library: https://wicg.github.io/layout-instability/#sec-layout-shift
    type Source = { node: Element | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly };
    type LayoutShift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: Source[] };
    const describe = ({ node, previousRect, currentRect }: Source) =>
      `${node?.textContent?.slice(0, 40) ?? 'a node'} (${previousRect.y}+${previousRect.height} → ${currentRect.y}+${currentRect.height})`;
    let sum = 0;
    const moved: string[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as LayoutShift[]) {
        if (entry.hadRecentInput) continue;
        sum += entry.value;
        moved.push(`${entry.value.toFixed(3)}: ${entry.sources.map(describe).join(', ')}`);
      }
      Object.assign(document.documentElement.dataset, { layoutShift: String(sum), moved: moved.join('\n') });
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** The sum, and what moved from where to where. */
async function shiftOf(page: Page): Promise<{ sum: number; moved: string }> {
  const { layoutShift = '0', moved = '' } = await page.locator('html').evaluate(({ dataset }) => ({ ...dataset }));
  return { sum: Number(layoutShift), moved };
}

import { launch, type Page } from 'puppeteer-core';
import { test } from './fixtures.ts';

/*
 * Who shares another tab has the studio behind it. Playwright keeps all pages in front, so the presenter is in a
 * browser of another kind, which lets a tab be hidden and slows its timers down as it does for everybody.
 */
for (const way of ['the browser’s own frames', 'a canvas and a timer'] as const) {
  test(`a composed picture goes on behind another tab, by ${way}`, { tag: '@long' }, async ({ server, openViewer }) => {
    const browser = await launch({
      executablePath: process.env.CHROMIUM_PATH ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
      ignoreDefaultArgs: [
        '--disable-background-timer-throttling',
        '--disable-renderer-backgrounding',
        '--disable-backgrounding-occluded-windows',
      ],
    });
    try {
      const page = await browser.newPage();
      if (way !== 'the browser’s own frames') await page.evaluateOnNewDocument(forgetFrames);
      await page.goto(`${server.url}/present#key=${encodeURIComponent(server.key)}`);
      await page.locator('aria/Your camera').wait();
      await page.locator('aria/Screen + camera[role="button"]').click();
      await page.locator('aria/What you share').wait();
      const channel = way.startsWith('a canvas') ? 'behind-canvas' : 'behind-frames';
      await page.locator('aria/Channel[role="textbox"]').fill(channel);
      await page.locator('aria/Title[role="textbox"]').fill('Behind');
      await page.locator('aria/Go live[role="button"]').click();
      await page.locator('::-p-text(You are live)').wait();
      const viewer = await openViewer();
      await viewer.open(channel);
      await viewer.seesMovingVideo();
      await hide(page);
      await viewer.seesMovingVideo(60);
    } finally {
      await browser.close();
    }
  });
}

/** Opens another tab in front of `page`, and waits until `page` has noticed. */
async function hide(page: Page): Promise<void> {
  const other = await page.browser().newPage();
  await other.bringToFront();
  await page.waitForFunction(() => document.visibilityState === 'hidden', { polling: 100 });
}

/** Makes a browser forget how frames are read and written, as Firefox and Safari do not know it. */
function forgetFrames(): void {
  for (const name of ['MediaStreamTrackProcessor', 'MediaStreamTrackGenerator']) Reflect.deleteProperty(window, name);
}

import { type Browser, launch, type Page } from 'puppeteer-core';

/*
 * Playwright keeps all pages in front. A browser of another kind lets a tab be hidden, and slows its timers down as it does
 * for everybody.
 */

/** Launches a browser whose tabs can be hidden. */
export function launchHidingBrowser(): Promise<Browser> {
  return launch({
    executablePath: process.env.CHROMIUM_PATH ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
    ],
  });
}

/** Opens the studio, and waits for the camera. */
export async function openStudio(page: Page, server: { url: string; key: string }): Promise<void> {
  await page.goto(`${server.url}/present#key=${encodeURIComponent(server.key)}`);
  await page.locator('aria/Your camera').wait();
}

/** Goes live from an open studio, and waits until the show is on. */
export async function goLiveFrom(page: Page, { channel, title }: { channel: string; title: string }): Promise<void> {
  await page.locator('aria/Channel[role="textbox"]').fill(channel);
  await page.locator('aria/Title[role="textbox"]').fill(title);
  await page.locator('aria/Go live[role="button"]').click();
  await page.locator('::-p-text(You are live)').wait();
}

/** Opens another tab in front of `page`, and waits until `page` has noticed. */
export async function hide(page: Page): Promise<void> {
  const other = await page.browser().newPage();
  await other.bringToFront();
  await page.waitForFunction(() => document.visibilityState === 'hidden', { polling: 100 });
}

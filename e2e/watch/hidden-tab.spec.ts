import { test } from '../fixtures.ts';
import { goLiveFrom, hide, launchHidingBrowser, openStudio } from '../pages/hiding-browser.ts';

/* Who shares another tab has the studio behind it. */
for (const way of ['the browser’s own frames', 'a canvas and a timer'] as const) {
  test(`a composed picture goes on behind another tab, by ${way}`, { tag: '@long' }, async ({ server, openViewer }) => {
    const browser = await launchHidingBrowser();
    try {
      const page = await browser.newPage();
      if (way !== 'the browser’s own frames') await page.evaluateOnNewDocument(forgetFrames);
      await openStudio(page, server);
      await page.locator('aria/Screen + camera[role="button"]').click();
      await page.locator('aria/What you share').wait();
      const channel = way.startsWith('a canvas') ? 'behind-canvas' : 'behind-frames';
      await goLiveFrom(page, { channel, title: 'Behind' });
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

/** Makes a browser forget how frames are read and written, as Firefox and Safari do not know it. */
function forgetFrames(): void {
  for (const name of ['MediaStreamTrackProcessor', 'MediaStreamTrackGenerator']) Reflect.deleteProperty(window, name);
}

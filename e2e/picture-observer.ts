import type { Page } from 'playwright/test';

/** When a page showed new pictures and when it did not; milliseconds since the epoch. */
export type SeenPictures = {
  /** When the page was loaded: a different number means that it was reloaded. */
  loadedMs: number;
  lastMs: number;
  gaps: { fromMs: number; toMs: number }[];
};

/**
 * Makes `page` note, from its next load on, when the video labelled "Broadcast" shows a new picture, and every period
 * of 300 ms or more without one. It polls from outside, 40 times a second, whatever the page does with its element.
 */
export async function observePictures(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { loadedMs: performance.timeOrigin, lastMs: 0, gaps: [] as { fromMs: number; toMs: number }[] };
    Object.assign(window, { seenPictures: seen });
    let before = 0;
    setInterval(() => {
      const video = document.querySelector<HTMLVideoElement>('video[aria-label="Broadcast"]');
      if (video === null) return;
      const now = video.getVideoPlaybackQuality().totalVideoFrames;
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.paused || now === before) return;
      before = now;
      const nowMs = Date.now();
      if (seen.lastMs > 0 && nowMs - seen.lastMs >= 300) seen.gaps.push({ fromMs: seen.lastMs, toMs: nowMs });
      seen.lastMs = nowMs;
    }, 25);
  });
}

/** The notes of {@link observePictures} so far. */
export function readPictures(page: Page): Promise<SeenPictures> {
  // The script above put this into the page.
  return page.evaluate(() => (window as unknown as { seenPictures: SeenPictures }).seenPictures);
}

/** When pictures finally returned after a fault at `faultMs`; `null` while they have not, or if they never stopped. */
export function backAfter(seen: SeenPictures, faultMs: number, nowMs = Date.now()): number | null {
  const back = seen.gaps.findLast(({ toMs }) => toMs > faultMs)?.toMs ?? null;
  // The last of the old pictures in a player may appear briefly before the new ones arrive.
  return back === null || nowMs - back < 1_000 || nowMs - seen.lastMs > 300 ? null : back;
}

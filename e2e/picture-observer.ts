import type { Page } from 'playwright/test';

/** When a page showed new pictures and when not; milliseconds since the epoch. */
export type SeenPictures = {
  /** When the page was loaded: another number means that somebody reloaded it. */
  loadedMs: number;
  lastMs: number;
  gaps: { fromMs: number; toMs: number }[];
};

/**
 * Lets `page` note, from its next load on, when the video called "Broadcast" shows a new picture, and every time of
 * 300 ms and more without one. It looks from outside, 40 times a second, whatever the page does with its element.
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

/** What {@link observePictures} has noted so far. */
export function readPictures(page: Page): Promise<SeenPictures> {
  // The page has what the script above put there.
  return page.evaluate(() => (window as unknown as { seenPictures: SeenPictures }).seenPictures);
}

/** When pictures came back for good after a fault at `faultMs`; `null` while they have not, or never stopped. */
export function backAfter(seen: SeenPictures, faultMs: number, nowMs = Date.now()): number | null {
  const back = seen.gaps.findLast(({ toMs }) => toMs > faultMs)?.toMs ?? null;
  // The last that a player has of the old pictures may flash up before the new ones come.
  return back === null || nowMs - back < 1_000 || nowMs - seen.lastMs > 300 ? null : back;
}

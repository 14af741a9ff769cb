import type { Page } from 'playwright/test';

/** When a page showed new pictures and when it did not; milliseconds since the epoch. */
export type SeenPictures = {
  /** When the page was loaded: a different number means that it was reloaded. */
  loadedMs: number;
  lastMs: number;
  /** When the last pictures were shown, oldest first. */
  shownMs: number[];
  gaps: { fromMs: number; toMs: number }[];
};

/**
 * Makes `page` note, from its next load on, when the video labelled "Broadcast" shows a new picture, and every period
 * of 300 ms or more without one. It polls from outside, 40 times a second, whatever the page does with its element.
 */
export async function observePictures(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = {
      loadedMs: performance.timeOrigin,
      lastMs: 0,
      shownMs: [] as number[],
      gaps: [] as { fromMs: number; toMs: number }[],
    };
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
      seen.shownMs.push(nowMs);
      if (seen.shownMs.length > 300) seen.shownMs.shift();
    }, 25);
  });
}

/** The notes of {@link observePictures} so far. */
export function readPictures(page: Page): Promise<SeenPictures> {
  // The script above put this into the page.
  return page.evaluate(() => (window as unknown as { seenPictures: SeenPictures }).seenPictures);
}

/** Fewer pictures than this in the second after a gap are the last ones of the former connection. */
const movingPerSecond = 5;
/** On a busy machine, shorter gaps than this also occur without a fault. */
const interruptedMs = 1_000;

/**
 * When pictures finally returned after a fault at `faultMs`: the end of the first gap, or of the last long one, after
 * which they moved for a second. `null` while they have not, or if they never stopped.
 */
export function backAfter({ gaps, shownMs, lastMs }: SeenPictures, faultMs: number): number | null {
  if (Date.now() - lastMs > interruptedMs) return null;
  const returns = gaps.filter(({ toMs }) => {
    const shown = shownMs.filter((at) => at > toMs && at <= toMs + 1_000);
    return toMs > faultMs && toMs + 1_000 <= lastMs && shown.length >= movingPerSecond;
  });
  const last = returns.findLast(({ fromMs, toMs }) => toMs - fromMs >= interruptedMs) ?? returns[0];
  return last?.toMs ?? null;
}

import type { Page } from 'playwright/test';
import { testSource } from '../../e2e/media/test-source.ts';

/** The data that the script in the page keeps: the time of a click on a show's link, and that of its first picture. */
type FirstPicture = { clickedMs: number | null; presentedMs: number | null };

const linkSelector = 'a[href^="/watch/"]';
const videoSelector = 'video[aria-label="Broadcast"]';

/** Makes `page` note, from its next load on, when a show is clicked and when its first picture is presented. */
export async function noteFirstPictures(page: Page): Promise<void> {
  await page.addInitScript(
    ({ link, picture }) => {
      const noted: FirstPicture = { clickedMs: null, presentedMs: null };
      Object.assign(window, { firstPicture: noted });
      document.addEventListener(
        'click',
        ({ target }) => {
          if (target instanceof Element && target.closest(link) !== null) noted.clickedMs = performance.now();
        },
        true,
      );
      new MutationObserver(() => {
        const video = document.querySelector<HTMLVideoElement & { isNoted?: boolean }>(picture);
        if (video === null || video.dataset.noted === 'yes') return;
        video.dataset.noted = 'yes';
        video.requestVideoFrameCallback((_, { presentationTime }) => {
          noted.presentedMs = presentationTime;
        });
      }).observe(document, { childList: true, subtree: true });
    },
    { link: linkSelector, picture: videoSelector },
  );
}

/** No viewer clicks a show at the very moment when its title appears. */
const readingMs = 1_000;

/**
 * Opens the lobby, looks at it for a second, clicks the show on `channel`, and waits for its first picture.
 * @returns the time from the click to the picture, in milliseconds
 */
export async function clickToFirstPicture(page: Page, lobbyUrl: string, channel: string): Promise<number> {
  await page.goto(lobbyUrl);
  const show = page.locator(`a[href="/watch/${channel}"]`).first();
  await show.waitFor();
  await page.waitForTimeout(readingMs);
  await show.click();
  const handle = await page.waitForFunction(() => {
    const { clickedMs, presentedMs } = (window as unknown as { firstPicture: FirstPicture }).firstPicture;
    return clickedMs !== null && presentedMs !== null ? { ms: presentedMs - clickedMs } : null;
  });
  const { ms } = (await handle.jsonValue()) ?? { ms: Number.NaN };
  return ms;
}

/** A part of a picture, in shares of its width and height. */
export type PicturePart = { x: number; y: number; width: number };

const allOfIt: PicturePart = { x: 0, y: 0, width: 1 };

/**
 * Reads the clock in the presenter's picture, which may be only a `part` of what viewers see, whenever a picture is
 * presented, for `seconds`.
 * @returns for every picture read, the time from its clock to its expected time on the screen, in milliseconds
 */
export function glassToGlass(page: Page, seconds: number, part = allOfIt): Promise<number[]> {
  return page.locator(videoSelector).evaluate(
    async (element, { bits, forMs, part: { x, y, width } }) => {
      const video = element as HTMLVideoElement;
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d', { willReadFrequently: true });
      const delays: number[] = [];
      const endMs = performance.now() + forMs;
      const readClock = (): number | null => {
        if (context === null) return null;
        const [left, wide] = [Math.round(video.videoWidth * x), Math.round(video.videoWidth * width)];
        canvas.width = wide;
        canvas.height = 1;
        const side = wide / bits;
        context.drawImage(video, left, video.videoHeight * y + side, wide, 1, 0, 0, wide, 1);
        const row = context.getImageData(0, 0, wide, 1).data;
        let clock = 0;
        for (let bit = 0; bit < bits; bit++) {
          const red = row[4 * Math.round((bit + 0.5) * side)] ?? 0;
          // Neither black nor white: two values of the clock are blended in this picture.
          if (red > 80 && red < 175) return null;
          clock = clock * 2 + (red >= 128 ? 1 : 0);
        }
        return clock;
      };
      await new Promise<void>((resolve) => {
        const look: VideoFrameRequestCallback = (now, { expectedDisplayTime }) => {
          const clock = readClock();
          const shown = (performance.timeOrigin + expectedDisplayTime) % 2 ** bits;
          if (clock !== null) delays.push(shown - clock);
          if (now < endMs) video.requestVideoFrameCallback(look);
          else resolve();
        };
        video.requestVideoFrameCallback(look);
      });
      return delays;
    },
    { bits: testSource.clockBits, forMs: seconds * 1000, part },
  );
}

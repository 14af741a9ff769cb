import { expect, type Locator, type Page } from 'playwright/test';
import { levelAt, listenTo } from './spectrum.ts';

/** How loud a tone is in what an element plays, in decibels. */
export async function levelOf(player: Locator, hz: number): Promise<number> {
  return levelAt(await listenTo(player), hz);
}

/** Expects this colour at this place of a page's video, given as shares of its width and height. */
export async function seesColour(
  video: Locator,
  [x, y]: readonly [number, number],
  wanted: readonly number[],
): Promise<void> {
  await expect(async () => {
    const seen = await video.evaluate(
      (element, place) => {
        const picture = element as HTMLVideoElement;
        const canvas = document.createElement('canvas');
        canvas.width = picture.videoWidth;
        canvas.height = picture.videoHeight;
        const context = canvas.getContext('2d');
        context?.drawImage(picture, 0, 0);
        return [...(context?.getImageData(canvas.width * place.x, canvas.height * place.y, 1, 1).data ?? [])];
      },
      { x, y },
    );
    expect(isLike(seen, wanted), `${seen} is like ${wanted}`).toBe(true);
  }).toPass({ timeout: 40_000 });
}

/** Whether two colours are the same, but for what encoders change. */
export function isLike(seen: readonly number[], wanted: readonly number[]): boolean {
  return wanted.every((value, channel) => Math.abs((seen[channel] ?? 999) - value) < 45);
}

/** The colours at some places of the recording on a page, every half second; places are shares of width and height. */
export async function coloursOverTime(
  page: Page,
  places: readonly (readonly [number, number])[],
): Promise<{ at: number; colours: number[][] }[]> {
  return await page.locator('video').evaluate(async (element, wanted) => {
    const player = element as HTMLVideoElement;
    const canvas = document.createElement('canvas');
    canvas.width = player.videoWidth;
    canvas.height = player.videoHeight;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const moments: { at: number; colours: number[][] }[] = [];
    for (let at = 0.25; at < player.duration; at += 0.5) {
      const sought = new Promise((resolve) => player.addEventListener('seeked', resolve, { once: true }));
      player.currentTime = at;
      await sought;
      context?.drawImage(player, 0, 0, canvas.width, canvas.height);
      const colours = wanted.map(([x, y]) => [
        ...(context?.getImageData(canvas.width * x, canvas.height * y, 1, 1).data ?? []),
      ]);
      moments.push({ at, colours });
    }
    return moments;
  }, places);
}

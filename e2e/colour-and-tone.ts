import { expect, type Locator } from 'playwright/test';
import { listenTo } from './spectrum.ts';

/** How loud a tone is in what an element plays, in decibels. */
export async function levelOf(player: Locator, hz: number): Promise<number> {
  const { levels, binHz } = await listenTo(player);
  return levels[Math.round(hz / binHz)] ?? -200;
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
    for (const [channel, value] of wanted.entries()) expect(Math.abs((seen[channel] ?? 0) - value)).toBeLessThan(45);
  }).toPass({ timeout: 40_000 });
}

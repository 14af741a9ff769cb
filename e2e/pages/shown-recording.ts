import type { Locator, Page } from 'playwright/test';
import { test as base, expect, newPage } from '../fixtures.ts';
import { isLike } from '../media/colour-and-tone.ts';
import { colourSeconds, type MadeSettings, madeColours, serverWithRecording } from '../media/made-recording.ts';
import type { RostrumServer } from '../servers/rostrum-server.ts';

type Shown = { page: Page; server: RostrumServer; id: string };

/** Playwright's test with the page of a recording, on a server of its own; `made` says what the recording is like. */
export const test = base.extend<{ made: MadeSettings; shown: Shown }>({
  made: [{}, { option: true }],
  shown: async ({ browser, server: anyServer, made }, use) => {
    const maker = await newPage(browser, anyServer);
    const { server, id } = await serverWithRecording(maker, made);
    await maker.context().close();
    const page = await newPage(browser, server);
    await page.goto(`/recordings/${id}`);
    await expect.poll(() => read(page, 'duration')).toBeGreaterThan(19);
    await use({ page, server, id });
    await page.context().close();
    await server.close();
  },
});

/** A property of the player's element; times are in seconds. */
export const read = (page: Page, name: 'currentTime' | 'duration' | 'playbackRate' | 'volume' | 'readyState') =>
  page.locator('video').evaluate((element, key) => (element as HTMLVideoElement)[key], name);

/** The seek bar. */
export const bar = (page: Page) => page.getByRole('slider', { name: 'Position' });

/** The colour in the middle of a picture or a player, as red, green and blue. */
function colourOf(picture: Locator): Promise<number[]> {
  return picture.evaluate((element) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1, 1];
    const context = canvas.getContext('2d');
    context?.drawImage(element as HTMLVideoElement | HTMLImageElement, 0, 0, 1, 1);
    return [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3);
  });
}

/** Expects the colour that is shown at a time of the recording, in seconds. */
export async function expectColourOf(picture: Locator, seconds: number): Promise<void> {
  const wanted = madeColours[Math.floor(seconds / colourSeconds)] ?? [];
  await expect.poll(async () => isLike(await colourOf(picture), wanted)).toBe(true);
}

/** Moves the mouse over the seek bar, to a share of its length. */
export async function pointAt(page: Page, share: number): Promise<void> {
  const box = await bar(page).boundingBox();
  if (box === null) throw new Error('There is no seek bar.');
  await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
}

import type { Browser, Page } from 'playwright/test';
import { installTestSource } from '../../e2e/media/test-source.ts';
import { Presenter } from '../../e2e/pages/presenter.ts';
import { wait } from '../platform/clock.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';

/** The first seconds after a click of the presenter, as a viewer saw them; times in milliseconds from that click. */
export type FirstSeconds = {
  firstPictureMs: number;
  /** Until the picture had the chosen size; `null` if it did not reach it while it was watched. */
  wholePictureMs: number | null;
  /** The longest time without a new picture, from the first one on. */
  longestGapMs: number;
  pictures: number;
};

/** A picture as a viewer's page presented it. */
type Presented = { at: number; height: number };

const videoSelector = 'video[aria-label="Broadcast"]';
/** A page stores its knowledge of the uplink every few seconds. */
const settleMs = 6_000;

/**
 * Goes live with a new presenter and a picture of `height` lines, while a viewer waits on the watch page. Measures
 * again after the presenter's page was reloaded and resumed the show.
 * @param url the server's address for the presenter's browser
 */
export async function measureFirstSeconds(
  browsers: { presenterBrowser: Browser; viewerBrowser: Browser },
  server: MeasuredServer,
  { height, seconds, url = server.target.url }: { height: number; seconds: number; url?: string | undefined },
): Promise<{ first: FirstSeconds; again: FirstSeconds }> {
  const channel = `first-seconds-${height}`;
  const presenterBrowser = await browsers.presenterBrowser.newContext({ permissions: ['camera', 'microphone'] });
  const viewerBrowser = await browsers.viewerBrowser.newContext();
  try {
    const watching = await viewerBrowser.newPage();
    await notePictures(watching);
    await watching.goto(`${server.target.url}/watch/${channel}`);
    const presenting = await presenterBrowser.newPage();
    await installTestSource(presenting, { width: Math.round((height * 16) / 9), height, prompt: true, grain: true });
    const presenter = new Presenter(presenting, server.key);
    await presenter.open({ camera: 'as it is', url });
    await presenter.fillIn({ channel, title: 'First seconds' });
    const first = await watchAfterClick('Go live');
    await wait(settleMs);
    await presenting.reload();
    const again = await watchAfterClick('Resume');
    await presenter.end();
    return { first, again };

    async function watchAfterClick(button: string): Promise<FirstSeconds> {
      const clickable = presenting.getByRole('button', { name: button });
      await clickable.waitFor();
      // Pictures from before the click belong to the previous link.
      const clickedAt = Date.now();
      await clickable.click();
      await wait(seconds * 1_000);
      const pictures = await takePictures(watching, clickedAt);
      return judge(pictures, clickedAt, height);
    }
  } finally {
    await presenterBrowser.close();
    await viewerBrowser.close();
  }
}

function judge(pictures: readonly Presented[], clickedAt: number, height: number): FirstSeconds {
  const whole = pictures.find((picture) => picture.height >= height);
  const gaps = pictures.slice(1).map(({ at }, index) => at - (pictures[index]?.at ?? at));
  return {
    firstPictureMs: (pictures[0]?.at ?? Number.NaN) - clickedAt,
    wholePictureMs: whole === undefined ? null : whole.at - clickedAt,
    longestGapMs: Math.max(0, ...gaps),
    pictures: pictures.length,
  };
}

/** Makes `page` note, from its next load on, when pictures are presented, and their height. */
async function notePictures(page: Page): Promise<void> {
  await page.addInitScript((selector) => {
    const presented: Presented[] = [];
    Object.assign(window, { presented });
    const watched = new WeakSet<Element>();
    setInterval(() => {
      const video = document.querySelector<HTMLVideoElement>(selector);
      if (video === null || watched.has(video)) return;
      watched.add(video);
      const note: VideoFrameRequestCallback = (_, { height }) => {
        presented.push({ at: Date.now(), height });
        video.requestVideoFrameCallback(note);
      };
      video.requestVideoFrameCallback(note);
    }, 10);
  }, videoSelector);
}

/** The pictures that were presented since then; both sides use this machine's clock. */
function takePictures(page: Page, since: number): Promise<Presented[]> {
  return page.evaluate((from) => {
    const { presented } = window as unknown as { presented: Presented[] };
    return presented.splice(0).filter(({ at }) => at >= from);
  }, since);
}

import { expect, type Locator, type Page } from 'playwright/test';
import { growth } from '../media/reception.ts';
import { listenTo, loudestHz } from '../media/spectrum.ts';
import { lookAtFrame, type SeenFrame, testSource } from '../media/test-source.ts';

/** The actions and observations of a person who watches. */
export class Viewer {
  readonly page: Page;
  readonly video: Locator;

  constructor(page: Page) {
    this.page = page;
    this.video = page.getByLabel('Broadcast', { exact: true });
  }

  async open(channel: string): Promise<void> {
    await this.page.goto(`/watch/${channel}`);
  }

  /** Expects the picture to move: at least `frames` more frames are decoded and shown. */
  async seesMovingVideo(frames = 20): Promise<void> {
    let last = await this.#decodedFrames();
    let seen = 0;
    await expect
      .poll(async () => {
        const now = await this.#decodedFrames();
        seen += growth(last, now);
        last = now;
        return seen;
      })
      .toBeGreaterThanOrEqual(frames);
  }

  /** Expects a picture, whether it moves or not. */
  async showsAPicture(): Promise<void> {
    const { colour } = await lookAtFrame(this.page, 'Broadcast');
    expect(Math.max(...colour)).toBeGreaterThan(60);
  }

  /**
   * Expects the presenter's colour to fill the picture, and the presenter's clock to run in it, not long behind. On a
   * machine that others load, the picture may lag for a moment.
   */
  async seesTheTestSource(): Promise<void> {
    await expect(() => this.#seesTheTestSourceNow()).toPass({ timeout: 20_000 });
  }

  async #seesTheTestSourceNow(): Promise<void> {
    const first = await this.#readClock();
    const second = await this.#readClock((frame) => frame.clockMs !== first.clockMs);
    expect(second.clockMs ?? 0).toBeGreaterThan(first.clockMs ?? 0);
    for (const [channel, wanted] of testSource.colour.entries()) {
      expect(Math.abs((second.colour[channel] ?? 0) - wanted)).toBeLessThan(40);
    }
    const delayMs = second.seenAtMs - (second.clockMs ?? 0);
    expect(delayMs).toBeGreaterThan(-50);
    expect(delayMs).toBeLessThan(2_000);
  }

  /** Expects the presenter's tone to be heard after one tap: it is the loudest frequency. */
  async hearsTheTone(): Promise<void> {
    await this.page.getByRole('button', { name: 'Tap for sound' }).click();
    await expect(this.video).toHaveJSProperty('muted', false);
    await expect.poll(() => this.#loudestHz(), { timeout: 20_000 }).toBeGreaterThan(testSource.toneHz - 30);
    await expect.poll(() => this.#loudestHz()).toBeLessThan(testSource.toneHz + 30);
  }

  /** Expects silence, although the sound is on. */
  async hearsNothing(): Promise<void> {
    await expect.poll(() => this.#loudestHz()).toBe(0);
  }

  /** Expects any sound. */
  async hearsSomething(): Promise<void> {
    await expect.poll(() => this.#loudestHz()).toBeGreaterThan(0);
  }

  async seesThatItEnded(): Promise<void> {
    await expect(this.page.getByText(/has ended|was cut short/i).first()).toBeVisible();
  }

  #decodedFrames(): Promise<number> {
    return this.video.evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);
  }

  async #readClock(fits: (frame: SeenFrame) => boolean = () => true): Promise<SeenFrame> {
    let seen: SeenFrame | undefined;
    await expect
      .poll(async () => {
        const frame = await lookAtFrame(this.page, 'Broadcast');
        if (frame.clockMs !== null && frame.clockMs > 0 && fits(frame)) seen = frame;
        return seen !== undefined;
      })
      .toBe(true);
    if (seen === undefined) throw new Error('The clock in the picture could not be read.');
    return seen;
  }

  /** The loudest frequency of the current sound, without the clap; 0 if it is silent. */
  async #loudestHz(): Promise<number> {
    return loudestHz(await listenTo(this.video), testSource.clapHz * 0.7);
  }
}

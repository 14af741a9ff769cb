import type { Locator, Page } from 'playwright/test';
import { recordingPaths } from '../../lib/recording.ts';
import { expect } from '../fixtures.ts';
import { clockAt, hearClaps, seekTo } from '../media/recorded-file.ts';
import { listenTo, loudestHz } from '../media/spectrum.ts';
import { testSource } from '../media/test-source.ts';

/** The kinds of media in a recording. */
export type Kinds = { picture: boolean; sound: boolean };

/** A moment between two known times, in milliseconds since 1970. */
type Moment = { notBefore: number; notAfter: number };

/**
 * When a show went on air and when it ended, by the machine's clock; and the period in which its presenter was away, in
 * milliseconds since 1970, or `null` if there was none.
 */
export type AirTime = { begun: Moment; over: Moment; away: { from: number; to: number } | null };

/** How much longer or shorter than its show a recording may be, in seconds. */
const tolerance = 1;

/** The player on the page of a recording, used by a person who plays all of it. */
export class PlayedRecording {
  readonly #page: Page;
  readonly #id: string;
  readonly #kinds: Kinds;
  readonly #video: Locator;

  private constructor(page: Page, id: string, kinds: Kinds) {
    this.#page = page;
    this.#id = id;
    this.#kinds = kinds;
    this.#video = page.locator('video');
  }

  /** Opens its page, and waits until the player knows how long it is. */
  static async open(page: Page, id: string, kinds: Kinds): Promise<PlayedRecording> {
    await page.goto(`/recordings/${id}`);
    const recording = new PlayedRecording(page, id, kinds);
    await expect.poll(() => recording.seconds()).toBeGreaterThan(1);
    return recording;
  }

  /** The duration that the player shows. */
  seconds(): Promise<number> {
    return this.#read('duration');
  }

  /** Expects picture and sound after the space bar, and after jumps to the middle, near the end, and to the start. */
  async playsAndSeeks(): Promise<void> {
    const seconds = await this.seconds();
    // With a picture, a click outside the controls would work as well; without a picture it does not.
    await this.#video.press('Space');
    await this.#plays();
    for (const at of [seconds / 2, seconds - 3, 0]) {
      await seekTo(this.#page, at);
      await this.#plays();
    }
    await expect(this.#page.getByText('This browser cannot play the recording')).toBeHidden();
  }

  /** Expects it to play from its last second to its end, and then from its start to its end, at high speed. */
  async playsToItsEnd(): Promise<void> {
    const seconds = await this.seconds();
    for (const from of [seconds - 1, 0]) {
      await seekTo(this.#page, from);
      const outcome = await this.#video.evaluate(async (element) => {
        const player = element as HTMLVideoElement;
        player.playbackRate = 8;
        const over = new Promise<string>((resolve) => {
          player.addEventListener('ended', () => resolve('it plays to its end'), { once: true });
          player.addEventListener('error', () => resolve(`${player.error?.message}`), { once: true });
        });
        await player.play();
        return await over;
      });
      expect(outcome).toBe('it plays to its end');
      expect(Math.abs((await this.#read('currentTime')) - seconds)).toBeLessThan(0.2);
    }
  }

  /**
   * Expects it to be as long as its show was on air, with nothing missing or repeated according to the clock in the
   * picture, which begins at `pictureBeginsAt` seconds.
   */
  async isAsLongAs(air: AirTime, pictureBeginsAt: number): Promise<void> {
    const seconds = await this.seconds();
    const least = (air.over.notBefore - air.begun.notAfter) / 1000;
    const most = (air.over.notAfter - air.begun.notBefore) / 1000;
    console.log(`recording ${seconds.toFixed(2)} s, on air between ${least.toFixed(2)} and ${most.toFixed(2)} s`);
    expect(seconds).toBeGreaterThan(least - tolerance);
    expect(seconds).toBeLessThan(most + tolerance);
    if (this.#kinds.picture) await this.#showsEachSecondOf(air, pictureBeginsAt, seconds);
    else await this.#soundsEachSecond(seconds);
  }

  /** The clock in the picture is the presenter's, so it shows when each moment of the recording was on air. */
  async #showsEachSecondOf(air: AirTime, from: number, seconds: number): Promise<void> {
    const looks = 6;
    const onAir: { at: number; since: number }[] = [];
    for (let look = 0; look < looks; look++) {
      const at = from + 0.05 + ((seconds - from - 0.2) * look) / (looks - 1);
      onAir.push({ at, since: secondsSince(await clockAt(this.#page, at), air.begun.notAfter) });
    }
    const [first = { at: 0, since: 0 }] = onAir;
    const last = onAir.at(-1) ?? first;
    const shown = onAir.map(({ at, since }) => `${at.toFixed(2)}: ${since.toFixed(2)}`).join(', ');
    console.log(`its clock, in seconds since the show is known to be recorded: ${shown}`);
    for (const { at, since } of onAir) {
      const due = first.since + at - first.at;
      expect(since - due, `nothing is missing before ${at.toFixed(2)} s`).toBeLessThan(tolerance);
      // The picture is frozen while its presenter is away.
      if (!isWithin(air.away, air.begun.notAfter + due * 1000)) {
        expect(since - due, `nothing comes twice before ${at.toFixed(2)} s`).toBeGreaterThan(-tolerance);
      }
    }
    expect(first.since - from, 'it begins with the show').toBeLessThan(tolerance);
    const end = (air.over.notBefore - air.begun.notAfter) / 1000;
    expect(last.since, 'it goes on to the end of the show').toBeGreaterThan(end - tolerance);
  }

  /** Expects a clap every two seconds, from beginning to end. */
  async #soundsEachSecond(seconds: number): Promise<void> {
    const every = testSource.clapEveryMs / 1000;
    const claps = await hearClaps(this.#page, recordingPaths.media(this.#id), 0);
    console.log(`its claps: ${claps.map((at) => at.toFixed(2)).join(', ')}`);
    for (const [index, at] of claps.entries()) {
      expect(Math.abs(at - (claps[0] ?? 0) - index * every), `clap ${index + 1}`).toBeLessThan(0.2);
    }
    // A clap at the very first moment is not counted.
    expect(claps[0]).toBeLessThan(every + 0.5);
    expect(claps.at(-1)).toBeGreaterThan(seconds - every - 0.3);
  }

  async #plays(): Promise<void> {
    const shownBefore = await this.#shownFrames();
    if (this.#kinds.sound) {
      const heard = async () => loudestHz(await listenTo(this.#video), testSource.clapHz * 0.7);
      await expect.poll(heard).toBeGreaterThan(testSource.toneHz - 30);
      await expect.poll(heard).toBeLessThan(testSource.toneHz + 30);
    }
    if (!this.#kinds.picture) return;
    await expect.poll(() => this.#shownFrames()).toBeGreaterThan(shownBefore + 10);
  }

  #shownFrames(): Promise<number> {
    return this.#video.evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);
  }

  #read(name: 'duration' | 'currentTime'): Promise<number> {
    // If the recording cannot be played, the page shows a notice instead of the player.
    return this.#video.evaluate((element, key) => (element as HTMLVideoElement)[key], name, { timeout: 5_000 });
  }
}

/** Whether a moment, in milliseconds since 1970, is in a period or within `tolerance` of it. */
function isWithin(time: AirTime['away'], moment: number): boolean {
  return time !== null && moment > time.from - tolerance * 1000 && moment < time.to + tolerance * 1000;
}

/** Seconds from a moment, in milliseconds since 1970, to a picture's clock, in seconds; that clock wraps around. */
function secondsSince(clock: number, moment: number): number {
  const round = 2 ** testSource.clockBits;
  const ms = (((clock * 1000 - moment) % round) + round) % round;
  return (ms > round / 2 ? ms - round : ms) / 1000;
}

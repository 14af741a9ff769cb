import type { Page } from 'playwright/test';
import { recordingPaths } from '../../lib/recording.ts';
import { recordingListSchema } from '../../lib/recording-schema.ts';
import { expect } from '../fixtures.ts';
import { unwrittenBytes } from '../servers/media-server-choice.ts';
import { clockAt } from './recorded-file.ts';

/**
 * The length of a show, in seconds: by the clock, and without the periods in which nothing could be recorded. `kills`
 * is how often its media server was killed during the show.
 */
export type ShowLength = { wallSeconds: number; liveSeconds: number; kills?: number };

/** Measures the length of a show from the moment when its presenter sees that it is recorded. */
export class ShowClock {
  readonly #startedMs = Date.now();
  #awayMs = 0;
  #awaySinceMs: number | null = null;

  private constructor() {}

  /** Waits until the presenter's page shows that the show is recorded. */
  static async started(presenter: Page): Promise<ShowClock> {
    await expect(presenter.getByText('Recording', { exact: true })).toBeVisible();
    return new ShowClock();
  }

  /** Begins a period in which nothing can be recorded. */
  goesAway(): void {
    this.#awaySinceMs ??= Date.now();
  }

  /** Ends that period. */
  isBack(): void {
    if (this.#awaySinceMs !== null) this.#awayMs += Date.now() - this.#awaySinceMs;
    this.#awaySinceMs = null;
  }

  /** The length of the show until now. */
  stop(): ShowLength {
    this.isBack();
    const wallMs = Date.now() - this.#startedMs;
    return { wallSeconds: wallMs / 1_000, liveSeconds: (wallMs - this.#awayMs) / 1_000 };
  }
}

/**
 * Expects one recording of `channel`, which plays to its end, is about as long as the show was live, and whose clock
 * only goes forward, so that no part of it is missing, repeated or in the wrong place.
 */
export async function expectOneWholeRecording(page: Page, url: string, channel: string, length: ShowLength) {
  const list = async () => {
    const reply = await page.request.get(`${url}${recordingPaths.list}`);
    return recordingListSchema.parse(await reply.json()).recordings.filter((each) => each.channel === channel);
  };
  await expect.poll(async () => (await list()).map(({ state }) => state), { timeout: 30_000 }).toEqual(['ready']);
  const [recording] = await list();
  if (recording === undefined) throw new Error(`There is no recording of ${channel}.`);
  expect(recording.codecs, 'it has picture and sound').toHaveLength(2);
  const seconds = (recording.durationMs ?? 0) / 1000;
  console.log(
    `recording ${seconds.toFixed(1)} s of ${length.liveSeconds.toFixed(1)} s live, ${length.wallSeconds.toFixed(1)} s in all`,
  );
  const lost = ((length.kills ?? 0) * unwrittenBytes) / (recording.sizeBytes / seconds);
  expect(seconds).toBeGreaterThan(length.liveSeconds - 3 - lost);
  // The length is measured before the presenter ends the show, which takes some clicks.
  expect(seconds).toBeLessThan(length.wallSeconds + 4);

  await page.goto(`${url}/recordings/${recording.id}`);
  const video = page.locator('video');
  await expect.poll(() => video.evaluate((element) => (element as HTMLVideoElement).duration)).toBeGreaterThan(1);
  const clocks: number[] = [];
  const looks = 12;
  for (let look = 0; look < looks; look++) {
    const at = 0.05 + ((seconds - 0.3) * look) / (looks - 1);
    clocks.push(await clockAt(page, at));
  }
  // It jumps where a part was cut out, and is frozen while a presenter was away, but it never goes back.
  for (const [index, clock] of clocks.entries()) expect(clock).toBeGreaterThanOrEqual(clocks[index - 1] ?? 0);
  const covered = (clocks.at(-1) ?? 0) - (clocks[0] ?? 0);
  console.log(`its clock goes on by ${covered.toFixed(1)} s`);
  expect(covered, 'the first and the last part are there').toBeGreaterThan(length.wallSeconds - 3 - lost);

  const ended = video.evaluate(async (element) => {
    const player = element as HTMLVideoElement;
    player.muted = true;
    player.currentTime = 0;
    player.playbackRate = 6;
    const over = new Promise((resolve) => {
      player.addEventListener('ended', () => resolve('it plays to its end'), { once: true });
      player.addEventListener('error', () => resolve(player.error?.message), { once: true });
    });
    await player.play();
    return over;
  });
  expect(await ended).toBe('it plays to its end');
}

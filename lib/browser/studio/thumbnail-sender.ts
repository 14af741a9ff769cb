import { thumbnailEveryMs } from '../../thumbnail.ts';
import type { SteadyTimer } from '../capture/steady-timer.ts';
import type { Store } from '../page/store.ts';

/** What the sender needs; tests pass their own. */
export type ThumbnailSenderParts = {
  /** Whether previews are allowed, as the presenter chose, here or on the device that had the show before. */
  allowed: Store<boolean>;
  /** The track that the audience sees now; `null` while there is no show, or no picture. */
  shown: () => MediaStreamTrack | null;
  take: (track: MediaStreamTrack) => Promise<Uint8Array<ArrayBuffer> | null>;
  /** Sends a picture; resolves with whether the show's previews are allowed. */
  send: (image: Uint8Array<ArrayBuffer>) => Promise<{ allowed: boolean }>;
  allow: (allowed: boolean) => Promise<unknown>;
  /** A timer that keeps running while the page is hidden. */
  startTimer: (everyMs: number, onTick: () => void) => SteadyTimer;
};

/**
 * Sends what the audience sees as a small picture for the front page: at once when the show is live, when it continues
 * and when its source changes, and then every ten seconds. A presenter can forbid that.
 */
export class ThumbnailSender {
  readonly #parts: ThumbnailSenderParts;
  #timer: SteadyTimer | null = null;
  #last: MediaStreamTrack | null = null;
  #isTaking = false;
  /** The presenter's choice has to be sent. */
  #isUnreported = false;
  /** The choice is being changed to that of another device. */
  #isLearning = false;

  constructor(parts: ThumbnailSenderParts) {
    this.#parts = parts;
    parts.allowed.subscribe(() => this.#choiceChanged());
  }

  #choiceChanged(): void {
    if (this.#isLearning) return;
    this.#isUnreported = true;
    if (this.#timer !== null) this.#tick();
  }

  /** Follows the show: whether it is live, and whether another picture is sent now. */
  keep(isLive: boolean): void {
    if (!isLive) {
      this.#timer?.close();
      this.#timer = null;
      this.#last = null;
      return;
    }
    if (this.#timer === null) {
      this.#timer = this.#parts.startTimer(thumbnailEveryMs, () => this.#tick());
      // The server may be another one. What is allowed there is left as it is: another device may have forbidden it.
      this.#isUnreported = !this.#parts.allowed.get();
      this.#tick();
    } else if (this.#parts.shown() !== this.#last) this.#tick();
  }

  #tick(): void {
    if (this.#isUnreported) void this.#report(this.#parts.allowed.get());
    this.#last = this.#parts.shown();
    if (this.#parts.allowed.get() && this.#last !== null && !this.#isTaking) void this.#show(this.#last);
  }

  #learn(): void {
    this.#isLearning = true;
    this.#parts.allowed.set(false);
    this.#isLearning = false;
  }

  /** Failures are left to the next tick: the socket may be away for a moment. */
  async #report(allowed: boolean): Promise<void> {
    this.#isUnreported = false;
    await this.#parts.allow(allowed).catch(() => {
      this.#isUnreported = true;
    });
  }

  async #show(track: MediaStreamTrack): Promise<void> {
    this.#isTaking = true;
    try {
      const image = await this.#parts.take(track);
      // Meanwhile, the camera may have been turned off, or the presenter may have forbidden previews.
      if (image === null || this.#parts.shown() !== track || !this.#parts.allowed.get()) return;
      const { allowed } = await this.#parts.send(image);
      if (!allowed && !this.#isUnreported) this.#learn();
    } catch {
      // See above.
    } finally {
      this.#isTaking = false;
      if (this.#timer !== null && this.#parts.shown() !== this.#last) this.#tick();
    }
  }
}

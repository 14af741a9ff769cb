import type { PresenterWatch } from './presenter-watch.ts';

/** The place of whoever presents: one at a time, who has a while to be seen or heard there. */
export class PresenterSeat {
  readonly #mediaTimeoutMs: number;
  #taken: PresenterWatch | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** @param mediaTimeoutMs how long a presenter has until the first media, in milliseconds */
  constructor(mediaTimeoutMs: number) {
    this.#mediaTimeoutMs = mediaTimeoutMs;
  }

  /** Whoever presents; `null` while nobody does. */
  get presenter(): PresenterWatch | null {
    return this.#taken;
  }

  /** Lets `presenter` be the one who presents. `missing` is called if {@link settle} is not in time. */
  take(presenter: PresenterWatch, missing: () => void): void {
    this.leave();
    this.#taken = presenter;
    this.#timer = setTimeout(missing, this.#mediaTimeoutMs);
  }

  /** The presenter was seen or heard, or it does not matter any more. */
  settle(): void {
    clearTimeout(this.#timer);
  }

  /** Nobody presents any more. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#taken?.stop();
    this.#taken = null;
  }
}

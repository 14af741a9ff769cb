/** The next attempt at something, of which there is at most one: each waits longer than the last. */
export class Retry {
  readonly #backoffMs: (attempt: number) => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;

  constructor(backoffMs: (attempt: number) => number) {
    this.#backoffMs = backoffMs;
  }

  /** True while an attempt is to come. */
  get isDue(): boolean {
    return this.#timer !== undefined;
  }

  /** Does `task` after the wait that is due by now, and after `mostMs` at the latest. */
  later(task: () => void, mostMs = Number.POSITIVE_INFINITY): void {
    const waitMs = this.#backoffMs(this.#attempt);
    this.#attempt += 1;
    this.schedule(Math.min(waitMs, mostMs), task);
  }

  /** Does `task` after `waitMs`, instead of what was to come. */
  schedule(waitMs: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      task();
    }, waitMs);
  }

  /** It succeeded, or there is reason for hope: the next wait is a short one. */
  reset(): void {
    this.#attempt = 0;
  }

  /** Does not do what was to come. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

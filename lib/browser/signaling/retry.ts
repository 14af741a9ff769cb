import type { ErrorCode } from '../../errors.ts';

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
    const delayMs = this.#backoffMs(this.#attempt);
    this.#attempt += 1;
    this.schedule(Math.min(delayMs, mostMs), task);
  }

  /** Does `task` after `delayMs`, instead of what was to come. */
  schedule(delayMs: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      task();
    }, delayMs);
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

/** How long to wait between attempts, in milliseconds. */
export type Backoff = { firstMs: number; maxMs: number };

/** What publisher and viewer session use: the first repetition at once as far as people notice, and never rare. */
const linkBackoff: Backoff = { firstMs: 250, maxMs: 5_000 };

/**
 * The wait in milliseconds before attempt number `attempt` (0 is the first repetition). It doubles each time up to
 * the maximum. Half of it is left to chance (`random` gives 0 to 1), so that an audience which was cut off at one
 * moment does not come back at one moment.
 */
export function backoffMs(attempt: number, backoff: Backoff = linkBackoff, random: () => number = Math.random): number {
  const full = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(full / 2 + (full / 2) * random());
}

/** Trying again does not help against these. */
export const nonRetryableErrorCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-request',
  'bad-offer',
  'no-common-codec',
  'unsupported-browser',
]);

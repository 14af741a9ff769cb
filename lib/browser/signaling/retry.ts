import type { ErrorCode } from '../../errors.ts';

/** The time over which the attempts of all viewers are spread, in milliseconds. */
const spreadMs = 200;

/** What lasted this long was good: the next attempt need not wait. */
const goodMs = 10_000;

/** Schedules the next attempt at something, with a growing delay. At most one attempt is scheduled at a time. */
export class Retry {
  readonly #backoffMs: (attempt: number) => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  /** When the last attempt succeeded, until what it led to is lost. */
  #connectedAt = Number.POSITIVE_INFINITY;

  constructor(backoffMs: (attempt: number) => number) {
    this.#backoffMs = backoffMs;
  }

  /** True while an attempt is scheduled. */
  get isDue(): boolean {
    return this.#timer !== undefined;
  }

  /** Runs `task` after the current backoff delay, and after `mostMs` milliseconds at the latest. */
  later(task: () => void, mostMs = Number.POSITIVE_INFINITY): void {
    const delayMs = this.#backoffMs(this.#attempt);
    this.#attempt += 1;
    this.schedule(Math.min(delayMs, mostMs), task);
  }

  /** Runs `task` after `delayMs` milliseconds, instead of the scheduled attempt. */
  schedule(delayMs: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      task();
    }, delayMs);
  }

  /** Runs `task` soon, when everybody has the same reason at the same moment: their attempts are spread a little. */
  spread(task: () => void): void {
    this.schedule(Math.random() * spreadMs, task);
  }

  /** Makes the next delay a short one: an attempt succeeded, or there is reason to expect that the next one will. */
  reset(): void {
    this.#attempt = 0;
  }

  /** An attempt succeeded; whether for long will show. */
  connected(): void {
    this.#connectedAt = performance.now();
  }

  /** What the last attempt led to is lost. Resets if it was good. */
  lost(): void {
    if (performance.now() - this.#connectedAt > goodMs) this.reset();
    this.#connectedAt = Number.POSITIVE_INFINITY;
  }

  /** Cancels the scheduled attempt. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The bounds of the delays between attempts, in milliseconds. */
export type Backoff = { firstMs: number; maxMs: number };

/**
 * The backoff of publisher and viewer session: the first retry seems immediate to people, and retries stay frequent.
 */
const linkBackoff: Backoff = { firstMs: 250, maxMs: 5_000 };

/**
 * The delay in milliseconds before attempt number `attempt` (0 is the first retry). It doubles each time up to the
 * maximum. Half of it is random (`random` returns 0 to 1), so that viewers who were cut off at the same moment do not
 * all come back at the same moment.
 */
export function backoffMs(attempt: number, backoff: Backoff = linkBackoff, random: () => number = Math.random): number {
  const full = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(full / 2 + (full / 2) * random());
}

/** The errors after which a retry is pointless. */
export const nonRetryableErrorCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-request',
  'bad-offer',
  'no-common-codec',
  'unsupported-browser',
  'passcode-required',
  'invitation-required',
  'link-expired',
  'wrong-link',
]);

/** How many events are allowed at once, and in what time that many are allowed again. */
export type Rate = { readonly count: number; readonly perMs: number };

/** Beyond this number of keys, those that have used the least are forgotten. */
const maxKeys = 50_000;

/**
 * Limits the rate of events for each key, as a leaky bucket: the generic cell rate algorithm (ITU-T I.371, annex A). It
 * keeps one number per key, namely when the key will have its full allowance back.
 */
export class RateLimit {
  readonly #perEventMs: number;
  readonly #allowanceMs: number;
  readonly #now: () => number;
  readonly #fullAt = new Map<string, number>();

  /** @param now a clock that never goes back, in milliseconds */
  constructor({ count, perMs }: Rate, now: () => number = () => performance.now()) {
    this.#perEventMs = perMs / count;
    this.#allowanceMs = perMs;
    this.#now = now;
  }

  /** The number of keys whose events are remembered. */
  get size(): number {
    return this.#fullAt.size;
  }

  /**
   * Counts one event, unless there have been too many.
   * @returns 0 if it was counted, and otherwise the time in milliseconds after which the next one is allowed
   */
  spend(key: string): number {
    const now = this.#now();
    const fullAt = Math.max(this.#fullAt.get(key) ?? 0, now) + this.#perEventMs;
    const excessMs = fullAt - now - this.#allowanceMs;
    // Sums of fractions are inexact.
    if (excessMs > 1e-6) return Math.ceil(excessMs);
    // Entries stay in the order of their last event, so that the oldest come first.
    this.#fullAt.delete(key);
    this.#fullAt.set(key, fullAt);
    this.#forget(now);
    return 0;
  }

  /** Counts events that were allowed elsewhere. They are never more than make this key wait for its whole allowance. */
  charge(key: string, count: number): void {
    const now = this.#now();
    const fullAt = Math.max(this.#fullAt.get(key) ?? 0, now) + count * this.#perEventMs;
    this.#fullAt.delete(key);
    this.#fullAt.set(key, Math.min(fullAt, now + this.#allowanceMs));
    this.#forget(now);
  }

  /** Takes back one event. */
  refund(key: string): void {
    const fullAt = this.#fullAt.get(key);
    if (fullAt !== undefined) this.#fullAt.set(key, fullAt - this.#perEventMs);
  }

  /** Removes the oldest keys as long as they have their full allowance, or are too many. */
  #forget(now: number): void {
    for (const [key, fullAt] of this.#fullAt) {
      if (fullAt > now && this.#fullAt.size <= maxKeys) return;
      this.#fullAt.delete(key);
    }
  }
}

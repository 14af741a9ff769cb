/** A watch that looks more rarely than this, in milliseconds, was itself asleep and has seen nothing. */
const blindMs = 2_500;

/**
 * Notices that a link which calls itself connected brings nothing: frozen video comes with no event. It is fed with a
 * count that grows while all is well, from time to time.
 */
export class StallDetector {
  #count = -1;
  #movedAt = 0;
  #lookedAt = 0;

  /** How long the count has stood still while somebody looked, in milliseconds; `now` is in milliseconds too. */
  stillFor(count: number, now: number): number {
    // A clock that was set back has not looked for long either.
    if (count !== this.#count || Math.abs(now - this.#lookedAt) > blindMs) this.#movedAt = now;
    this.#count = count;
    this.#lookedAt = now;
    return now - this.#movedAt;
  }

  /** Starts anew: for a new link, or while silence is to be expected. */
  reset(): void {
    this.#count = -1;
  }
}

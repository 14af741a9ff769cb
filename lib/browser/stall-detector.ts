/**
 * Notices that a link which calls itself connected brings nothing: frozen video comes with no event. It is fed
 * with the count of bytes received, from time to time.
 */
export class StallDetector {
  readonly #patienceMs: number;
  #bytes = -1;
  #movedAt = 0;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** True when nothing has arrived for longer than the patience; `now` is in milliseconds. */
  stalled(bytes: number, now: number): boolean {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#movedAt = now;
    }
    return now - this.#movedAt >= this.#patienceMs;
  }

  /** Starts anew: for a new link, or while silence is to be expected. */
  reset(): void {
    this.#bytes = -1;
  }
}

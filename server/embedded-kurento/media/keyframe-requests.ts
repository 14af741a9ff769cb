/** At most one request in this time; also the time after which an unanswered one is repeated. */
const INTERVAL_MS = 500;

/** Coalesces the wishes for a keyframe of all consumers of one source. The first one goes out at once. */
export class KeyframeRequests {
  #wanted = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** When the first request was tried that is still unanswered; null while there is none. */
  #unansweredSince: number | null = null;

  /** True from a wish until the next keyframe. */
  get waiting(): boolean {
    return this.#wanted;
  }

  want(): void {
    this.#wanted = true;
  }

  forget(): void {
    this.#wanted = false;
    this.#unansweredSince = null;
  }

  /** True when the sender should be asked now; `now` is in milliseconds on the monotonic clock. */
  due(now: number): boolean {
    return this.#wanted && now - this.#askedAt >= INTERVAL_MS;
  }

  /** A request is about to go out, whether it gets away or not. */
  tried(now: number): void {
    this.#unansweredSince ??= now;
  }

  asked(now: number): void {
    this.#askedAt = now;
  }

  /** For how long requests have gone unanswered, in milliseconds. */
  unansweredMs(now: number): number {
    return this.#unansweredSince === null ? 0 : now - this.#unansweredSince;
  }

  arrived(): void {
    this.#wanted = false;
    this.#unansweredSince = null;
  }
}

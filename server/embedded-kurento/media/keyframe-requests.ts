/** At most one request in this time; also the time after which an unanswered one is repeated. */
const INTERVAL_MS = 500;

/** Coalesces the wishes for a keyframe of all consumers of one source. The first one goes out at once. */
export class KeyframeRequests {
  #wanted = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** True from a wish until the next keyframe. */
  get waiting(): boolean {
    return this.#wanted;
  }

  want(): void {
    this.#wanted = true;
  }

  forget(): void {
    this.#wanted = false;
  }

  /** True when the sender should be asked now; `now` is in milliseconds on the monotonic clock. */
  due(now: number): boolean {
    return this.#wanted && now - this.#askedAt >= INTERVAL_MS;
  }

  asked(now: number): void {
    this.#askedAt = now;
  }

  arrived(): void {
    this.#wanted = false;
  }
}

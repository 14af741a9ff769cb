/** At most one request in this time; also the time after which an unanswered one is repeated. */
const intervalMs = 500;

/**
 * Throttles keyframe requests (PLI): coalesces those of all consumers of one source. The first one goes out at once.
 */
export class KeyframeRequestThrottle {
  #wanted = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** When the first request was tried that is still unanswered; null while there is none. */
  #unansweredSince: number | null = null;

  /** True from a request until the next keyframe. */
  get pending(): boolean {
    return this.#wanted;
  }

  request(): void {
    this.#wanted = true;
  }

  forget(): void {
    this.#wanted = false;
    this.#unansweredSince = null;
  }

  /** True when the sender should be asked now; `now` is in milliseconds on the monotonic clock. */
  due(now: number): boolean {
    return this.#wanted && now - this.#askedAt >= intervalMs;
  }

  /** A request is about to go out, whether it gets away or not. */
  attempted(now: number): void {
    this.#unansweredSince ??= now;
  }

  sent(now: number): void {
    this.#askedAt = now;
  }

  /** For how long requests have gone unanswered, in milliseconds. */
  unansweredMs(now: number): number {
    return this.#unansweredSince === null ? 0 : now - this.#unansweredSince;
  }

  answered(): void {
    this.#wanted = false;
    this.#unansweredSince = null;
  }
}

/** How soon after a keyframe a viewer that was well may have the next one; then twice as late, and so on. */
const minPauseMs = 250;
/** What a viewer that asks for ever is held to. */
const maxPauseMs = 8000;
/** A viewer that asked for nothing for so long is well again. */
const wellAfterMs = 10_000;
/** A request that follows another within this time repeats it; browsers do so every 200 ms. */
const repeatedWithinMs = 1000;
/** What a request may take on its way besides the round trip. */
const inFlightMs = 100;

/**
 * Throttles one viewer's keyframe requests with a growing backoff: decides which of them are passed on. A keyframe
 * costs all viewers quality, and to one whose network is too slow it is of no use: so the pauses double while requests go
 * on, and are short again after ten quiet seconds. Pauses are counted from the last keyframe that went to the viewer,
 * whoever asked for it; so several such viewers share one. Times are milliseconds on the monotonic clock.
 */
export class KeyframeBackoff {
  #pauseMs = minPauseMs;
  #askedAt = Number.NEGATIVE_INFINITY;
  #servedAt = Number.NEGATIVE_INFINITY;
  /** A request was passed on, and its keyframe is still to come. */
  #granted = false;
  /** A request was held back; peers that do not repeat theirs are not forgotten. */
  #heldBack = false;

  /** Begins anew, as for another source. */
  reset(): void {
    this.#pauseMs = minPauseMs;
    this.#askedAt = Number.NEGATIVE_INFINITY;
    this.#servedAt = Number.NEGATIVE_INFINITY;
    this.#granted = false;
    this.#heldBack = false;
  }

  /** A keyframe goes to the viewer. */
  keyframeSent(now: number): void {
    this.#servedAt = now;
    this.#granted = false;
    this.#heldBack = false;
  }

  /** @returns whether the viewer's request is to be passed on to the source */
  requested(now: number, roundTripMs: number): boolean {
    const sinceAsked = now - this.#askedAt;
    this.#askedAt = now;
    if (sinceAsked >= wellAfterMs) this.#pauseMs = minPauseMs;
    if (this.#granted) return true;
    // A repetition that was sent before the answer could be seen asks for nothing new.
    if (sinceAsked < repeatedWithinMs && now - this.#servedAt < roundTripMs + inFlightMs) return false;
    this.#heldBack = true;
    return this.due(now);
  }

  /** Whether a request that was held back is to be passed on now; looked at once a second. */
  due(now: number): boolean {
    if (!this.#heldBack || now - this.#servedAt < this.#pauseMs) return false;
    this.#heldBack = false;
    this.#granted = true;
    this.#pauseMs = Math.min(maxPauseMs, this.#pauseMs * 2);
    return true;
  }
}

/** The minimum time between two requests; also the time after which an unanswered request is repeated. */
const intervalMs = 500;

/**
 * Throttles keyframe requests (PLI): coalesces those of all consumers of one source. The first one is sent immediately.
 */
export class KeyframeRequestThrottle {
  #wanted = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** When the first of the unanswered requests was attempted; null while there is none. */
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

  /** A request is about to be sent; this may fail. */
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

/** The delay from one keyframe to the next for a viewer that had no trouble; it doubles with each further request. */
const minPauseMs = 250;
/** The maximum delay, for a viewer that never stops asking. */
const maxPauseMs = 8000;
/** A viewer that requested nothing for this long has recovered. */
const wellAfterMs = 10_000;
/** A request within this time after another one repeats it; browsers do so every 200 ms. */
const repeatedWithinMs = 1000;
/** The time that a request may be under way in addition to the round trip. */
const inFlightMs = 100;

/**
 * Throttles one viewer's keyframe requests with a growing backoff: decides which of them are passed on. A keyframe
 * costs all viewers quality, and is useless to a viewer whose network is too slow. So the pauses double while requests
 * continue, and are short again after ten quiet seconds. Pauses are counted from the last keyframe that was sent to the
 * viewer, no matter who requested it, so several such viewers share one. Times are milliseconds on the monotonic clock.
 */
export class KeyframeBackoff {
  /** Whether the peer stands for many viewers, whose requests it has held back itself. */
  isOff = false;
  #pauseMs = minPauseMs;
  #askedAt = Number.NEGATIVE_INFINITY;
  #servedAt = Number.NEGATIVE_INFINITY;
  /** A request was passed on, and its keyframe has not arrived yet. */
  #granted = false;
  /** A request was held back; it is remembered, as some peers do not repeat theirs. */
  #heldBack = false;

  /** Starts from scratch, as for another source. */
  reset(): void {
    this.#pauseMs = minPauseMs;
    this.#askedAt = Number.NEGATIVE_INFINITY;
    this.#servedAt = Number.NEGATIVE_INFINITY;
    this.#granted = false;
    this.#heldBack = false;
  }

  /** A keyframe is being sent to the viewer. */
  keyframeSent(now: number): void {
    this.#servedAt = now;
    this.#granted = false;
    this.#heldBack = false;
  }

  /** @returns whether to pass the viewer's request on to the source */
  requested(now: number, roundTripMs: number): boolean {
    const sinceAsked = now - this.#askedAt;
    this.#askedAt = now;
    if (sinceAsked >= wellAfterMs) this.#pauseMs = minPauseMs;
    if (this.#granted) return true;
    // A repetition that was sent before the viewer could see the answer requests nothing new.
    if (sinceAsked < repeatedWithinMs && now - this.#servedAt < roundTripMs + inFlightMs) return false;
    if (this.isOff) return true;
    this.#heldBack = true;
    return this.due(now);
  }

  /** Whether to pass on a held-back request now; checked once a second. */
  due(now: number): boolean {
    if (!this.#heldBack || now - this.#servedAt < this.#pauseMs) return false;
    this.#heldBack = false;
    this.#granted = true;
    this.#pauseMs = Math.min(maxPauseMs, this.#pauseMs * 2);
    return true;
  }
}

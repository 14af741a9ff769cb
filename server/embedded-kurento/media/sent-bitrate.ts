/** A look earlier than this says more about single frames than about the stream. */
const WINDOW_MS = 1900;

/** How much of a stream is being sent, out of a counter that is looked at about once a second. */
export class SentBitrate {
  #bps = 0;
  #bytes = 0;
  #at = Number.NaN;

  /** In bit/s over the last two seconds or so; 0 until that time has passed. */
  get bps(): number {
    return this.#bps;
  }

  /**
   * @param bytes the counter's state, which only grows
   * @param now milliseconds on the monotonic clock
   */
  look(bytes: number, now: number): void {
    const elapsedMs = now - this.#at;
    if (elapsedMs < WINDOW_MS) return;
    if (!Number.isNaN(elapsedMs)) this.#bps = Math.round(((bytes - this.#bytes) * 8000) / elapsedMs);
    this.#bytes = bytes;
    this.#at = now;
  }
}

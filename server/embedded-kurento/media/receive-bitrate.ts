/** Where the estimate begins, in bit/s: what 720p wants, so that a good line is used from the first second. */
const START_BPS = 2_500_000;
/** What no line is asked to go below. */
const FLOOR_BPS = 100_000;
/** Used when nobody set a ceiling. */
const OPEN_CEILING_BPS = 10_000_000;

/**
 * How much video a presenter is asked for (REMB). It follows the loss on the presenter's own way to us and never a
 * viewer's: one slow viewer must not spoil the picture of all others.
 */
export class ReceiveBitrate {
  #ceilingBps = OPEN_CEILING_BPS;
  #estimateBps = START_BPS;

  /** @param kbps the ceiling in kbit/s; 0 means none */
  setCeiling(kbps: number): void {
    this.#ceilingBps = kbps > 0 ? kbps * 1000 : OPEN_CEILING_BPS;
    // A ceiling that somebody chose is a wish, too, so the estimate starts there.
    this.#estimateBps = kbps > 0 ? this.#ceilingBps : Math.min(this.#estimateBps, this.#ceilingBps);
  }

  /** In bit/s. */
  get bps(): number {
    return Math.round(Math.min(this.#estimateBps, this.#ceilingBps));
  }

  /**
   * Called once a second.
   * @param fractionLost 0 … 255, as in a receiver report
   */
  update(fractionLost: number): void {
    const loss = fractionLost / 256;
    if (loss > 0.1) this.#estimateBps *= 0.85;
    else if (loss < 0.02) this.#estimateBps *= 1.08;
    this.#estimateBps = Math.max(FLOOR_BPS, Math.min(this.#ceilingBps, this.#estimateBps));
  }
}

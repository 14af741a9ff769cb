/** How long the drawn pictures are counted, in milliseconds, before they are judged. */
const windowMs = 4_000;
/** Fewer than this share of the wanted pictures, twice in a row, is too few; more than the other one is enough again. */
const tooFew = 0.7;
const enough = 0.85;

/** Judges whether pictures are drawn as often as they should be, by when each one was drawn. */
export class Pace {
  readonly #frameRate: number;
  #from: number | null = null;
  #count = 0;
  #slowWindows = 0;
  #isBehind = false;

  /** @param frameRate the pictures per second that are wanted */
  constructor(frameRate: number) {
    this.#frameRate = frameRate;
  }

  /** Whether this machine cannot keep up. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** A picture was drawn at `nowMs`, a steady time in milliseconds. */
  drawn(nowMs: number): void {
    this.#from ??= nowMs;
    const elapsedMs = nowMs - this.#from;
    if (elapsedMs < windowMs) {
      this.#count += 1;
      return;
    }
    const share = this.#count / ((elapsedMs / 1_000) * this.#frameRate);
    this.#slowWindows = share < tooFew ? this.#slowWindows + 1 : 0;
    if (this.#slowWindows >= 2) this.#isBehind = true;
    else if (share > enough) this.#isBehind = false;
    this.#from = nowMs;
    this.#count = 1;
  }
}

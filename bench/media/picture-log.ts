/** A period without pictures; milliseconds since the epoch. */
export type PictureGap = { fromMs: number; toMs: number };

/** Shorter pauses are those of a busy machine, and are not kept individually. */
const keptGapMs = 250;
const mostGaps = 1_000;

/**
 * Records when one viewer had pictures and when not, over all its connections. Times are those of the wall clock, which
 * pages and processes of one machine share.
 */
export class PictureLog {
  readonly #gaps: PictureGap[] = [];
  readonly #beginnings: number[] = [];
  readonly #sources = new Set<string>();
  readonly #now: () => number;
  #lastMs: number | null = null;
  #longestMs = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Notes that part of a picture arrived. `source` changes with the connection and with the presenter. */
  note(source: string, startsKeyframe: boolean): void {
    const nowMs = this.#now();
    if (!this.#sources.has(source)) {
      // Pictures can begin only with a keyframe; until then the viewer still has none.
      if (!startsKeyframe) return;
      this.#sources.add(source);
      this.#beginnings.push(nowMs);
    }
    const gap = { fromMs: this.#lastMs ?? nowMs, toMs: nowMs };
    this.#longestMs = Math.max(this.#longestMs, gap.toMs - gap.fromMs);
    if (gap.toMs - gap.fromMs >= keptGapMs) this.#gaps.push(gap);
    if (this.#gaps.length > mostGaps) this.#gaps.shift();
    this.#lastMs = nowMs;
  }

  /** How long ago the last picture arrived, in milliseconds; `null` if none did. */
  get sinceLastMs(): number | null {
    return this.#lastMs === null ? null : this.#now() - this.#lastMs;
  }

  /** The longest time between two pictures, in milliseconds; a gap that still lasts counts too. */
  get longestGapMs(): number {
    return Math.max(this.#longestMs, this.sinceLastMs ?? 0);
  }

  /** Periods without pictures of a quarter of a second or more, oldest first. */
  get gaps(): readonly PictureGap[] {
    return this.#gaps;
  }

  /** How many sources there were: one, plus one for every rejoin and every return of the presenter. */
  get sources(): number {
    return this.#beginnings.length;
  }

  /** The first time after `ms` at which pictures of a new source arrived; `null` if none have. */
  firstBeginningAfter(ms: number): number | null {
    return this.#beginnings.find((at) => at > ms) ?? null;
  }
}

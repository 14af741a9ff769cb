/** A time without pictures; milliseconds since the epoch. */
export type PictureGap = { fromMs: number; toMs: number };

/** Shorter pauses are a busy machine's, and not kept one by one. */
const keptGapMs = 250;
const mostGaps = 1_000;

/**
 * When one viewer had pictures and when not, over all connections that it makes. Times are the wall clock's, which
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

  /** Notes that part of a picture came. `source` changes with the connection and with whoever presents over it. */
  note(source: string, startsKeyframe: boolean): void {
    const nowMs = this.#now();
    if (!this.#sources.has(source)) {
      // A picture can begin with nothing else; until then the viewer still has none.
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

  /** How long ago the last picture came, in milliseconds; `null` if none did. */
  get sinceLastMs(): number | null {
    return this.#lastMs === null ? null : this.#now() - this.#lastMs;
  }

  /** The longest time without pictures between two, in milliseconds; one that still lasts counts too. */
  get longestGapMs(): number {
    return Math.max(this.#longestMs, this.sinceLastMs ?? 0);
  }

  /** Times without pictures of a quarter of a second and more, oldest first. */
  get gaps(): readonly PictureGap[] {
    return this.#gaps;
  }

  /** How many sources there were: one, and one more for every rejoining and every return of the presenter. */
  get sources(): number {
    return this.#beginnings.length;
  }

  /** The first time after `ms` at which pictures of a new source came; `null` if they have not. */
  firstBeginningAfter(ms: number): number | null {
    return this.#beginnings.find((at) => at > ms) ?? null;
  }
}

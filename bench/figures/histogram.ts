const subBins = 32;

/**
 * Counts whole numbers from 0 up in bins that grow with the value, so that a percentile is at most 1/32 above the
 * true value, whatever its size. Made for microseconds.
 */
export class Histogram {
  readonly #bins: number[];

  /** Begins empty, or with the counts that {@link toJSON} of another histogram returned. */
  constructor(bins: readonly number[] = []) {
    this.#bins = [...bins];
  }

  /** How many values were recorded. */
  get count(): number {
    return this.#bins.reduce((sum, bin) => sum + bin, 0);
  }

  /** Counts `value`; a negative one counts as 0. */
  record(value: number): void {
    const bin = binOf(Math.max(0, Math.floor(value)));
    while (this.#bins.length <= bin) this.#bins.push(0);
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
  }

  /** Adds the counts of `other`. */
  merge(other: Histogram): void {
    while (this.#bins.length < other.#bins.length) this.#bins.push(0);
    for (const [bin, count] of other.#bins.entries()) this.#bins[bin] = (this.#bins[bin] ?? 0) + count;
  }

  /** The value that `share` (0 to 1) of all values do not exceed; `null` if there are none. */
  percentile(share: number): number | null {
    const rank = Math.max(1, Math.ceil(this.count * share));
    let seen = 0;
    for (const [bin, count] of this.#bins.entries()) {
      seen += count;
      if (seen >= rank) return highestIn(bin);
    }
    return null;
  }

  /** The counts, to be handed to the constructor in another process. */
  toJSON(): number[] {
    return [...this.#bins];
  }
}

function binOf(value: number): number {
  if (value < subBins * 2) return value;
  const exponent = Math.floor(Math.log2(value)) - 5;
  return subBins * exponent + Math.floor(value / 2 ** exponent);
}

function highestIn(bin: number): number {
  if (bin < subBins * 2) return bin;
  const exponent = Math.floor(bin / subBins) - 1;
  return (bin - subBins * exponent + 1) * 2 ** exponent - 1;
}

/** The smallest of `values` that `share` (0 to 1) of them do not exceed; `null` if there are none. */
export function percentileOf(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

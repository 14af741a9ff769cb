/** What has to be known to go on counting in another life of the server. Times are in milliseconds. */
export type SavedTime = {
  /** The length of the parts that are closed. */
  recordedMs: number;
  /** Since when, in milliseconds since the epoch, a part is being written; `null` while none is. */
  partSince: number | null;
};

/**
 * How much was recorded, by the clock: parts are only added up, so pauses do not count. A file that is being written
 * could tell it too, but each format in its own way, and some only at their end.
 */
export class RecordedTime {
  #saved: SavedTime;

  constructor(saved: SavedTime = { recordedMs: 0, partSince: null }) {
    this.#saved = saved;
  }

  get saved(): SavedTime {
    return this.#saved;
  }

  /** What was recorded until `now`, in milliseconds. */
  ms(now: number): number {
    const { recordedMs, partSince } = this.#saved;
    return recordedMs + (partSince === null ? 0 : Math.max(0, now - partSince));
  }

  /** The first media of a part reached its file. */
  begin(now: number): void {
    this.#saved = { recordedMs: this.ms(now), partSince: now };
  }

  /** Nothing was written after `at`; nothing happens if no part is open. */
  end(at: number): void {
    this.#saved = { recordedMs: this.ms(at), partSince: null };
  }

  /** All parts are closed, and were measured: `recordedMs` is right, whatever the clock said. */
  settle(recordedMs: number): void {
    this.#saved = { recordedMs, partSince: null };
  }
}

import type { Stamp } from './stamp.ts';

/** The packets of one kind of media that arrived since the link was made. */
export type Deliveries = {
  /** Different packets. */
  received: number;
  duplicates: number;
  /** Packets missing between the lowest and the highest counter that arrived; a late packet counts until it arrives. */
  missing: number;
  /** How many presenters' streams arrived, one after the other. */
  streams: number;
};

/** How many counters back a late packet can be and still be distinguished from a duplicate. */
const memory = 4096;

/** Follows the counters in the stamps of one kind of media, to find gaps whatever the sequence numbers are. */
export class DeliveryLog {
  readonly #seen = new Uint32Array(memory / 32);
  #streamId: number | null = null;
  #lowest = 0;
  #highest = -1;
  #receivedOfStream = 0;
  readonly #past: Deliveries = { received: 0, duplicates: 0, missing: 0, streams: 0 };

  /** Counts a packet; `false` if it came before, or so late that this can no longer be determined. */
  record(stamp: Stamp): boolean {
    if (stamp.streamId !== this.#streamId) this.#beginStream(stamp);
    const { counter } = stamp;
    if (counter <= this.#highest - memory || (counter <= this.#highest && this.#isSeen(counter))) {
      this.#past.duplicates += 1;
      return false;
    }
    // The counters between the old and the new highest one reuse the bits of counters long past.
    const firstNew = Math.max(this.#highest + 1, counter - memory + 1);
    for (let skipped = firstNew; skipped < counter; skipped += 1) this.#mark(skipped, false);
    this.#mark(counter, true);
    this.#highest = Math.max(this.#highest, counter);
    this.#lowest = Math.min(this.#lowest, counter);
    this.#receivedOfStream += 1;
    return true;
  }

  /** The counts so far. */
  read(): Deliveries {
    return {
      ...this.#past,
      received: this.#past.received + this.#receivedOfStream,
      missing: this.#past.missing + this.#missingOfStream,
    };
  }

  get #missingOfStream(): number {
    return this.#highest < 0 ? 0 : this.#highest - this.#lowest + 1 - this.#receivedOfStream;
  }

  #beginStream(stamp: Stamp): void {
    this.#past.received += this.#receivedOfStream;
    this.#past.missing += this.#missingOfStream;
    this.#past.streams += 1;
    this.#streamId = stamp.streamId;
    this.#lowest = stamp.counter;
    this.#highest = stamp.counter - 1;
    this.#receivedOfStream = 0;
    this.#seen.fill(0);
  }

  #isSeen(counter: number): boolean {
    return ((this.#seen[(counter % memory) >>> 5] ?? 0) & (1 << (counter & 31))) !== 0;
  }

  #mark(counter: number, seen: boolean): void {
    const place = (counter % memory) >>> 5;
    const bit = 1 << (counter & 31);
    const word = this.#seen[place] ?? 0;
    this.#seen[place] = seen ? word | bit : word & ~bit;
  }
}

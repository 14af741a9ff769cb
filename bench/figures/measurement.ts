import { Histogram } from './histogram.ts';

/**
 * Counts the packets that were *sent* in a span of time, whenever they arrive. The counts of the presenter and of each
 * viewer therefore refer to the same packets, and the processes need not begin to count at the same moment.
 */
export class Measurement {
  /** Forwarding delays in microseconds. */
  readonly delaysUs: Histogram;
  readonly #fromUs: number;
  readonly #toUs: number;
  #packets = 0;

  /**
   * The span begins at `fromUs` and ends before `toUs`, in microseconds of the monotonic clock. Several measurements
   * may share one histogram of delays.
   */
  constructor(span: { fromUs: number; toUs: number }, delaysUs: Histogram = new Histogram()) {
    this.#fromUs = span.fromUs;
    this.#toUs = span.toUs;
    this.delaysUs = delaysUs;
  }

  /** How many packets of the span were counted. */
  get packets(): number {
    return this.#packets;
  }

  /** Counts a packet that was sent at `sentUs` if that is in the span, with its delay if it has arrived. */
  record(sentUs: number, arrivedUs?: number): void {
    if (sentUs < this.#fromUs || sentUs >= this.#toUs) return;
    this.#packets += 1;
    if (arrivedUs !== undefined) this.delaysUs.record(arrivedUs - sentUs);
  }
}

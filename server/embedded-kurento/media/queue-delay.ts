/** How long the shortest delay is remembered: long beside a queue's life, short beside the drift of two clocks. */
const BUCKET_MS = 15_000;

/**
 * How long packets wait in queues on their way: what they take longer than the quickest of late. Clocks need not
 * agree, as only differences count: https://www.rfc-editor.org/rfc/rfc6817#section-3
 */
export class QueueDelay {
  #sentMs = 0;
  #lastStamp = -1;
  #lastArrivedAt = 0;
  #intervalMin = Number.POSITIVE_INFINITY;
  #bucketMin = Number.POSITIVE_INFINITY;
  #formerMin = Number.POSITIVE_INFINITY;
  #bucketEndsAt = 0;

  /** Begins anew, as for another sender or another kind of stamp. */
  reset(): void {
    this.#lastStamp = -1;
    this.#intervalMin = Number.POSITIVE_INFINITY;
    this.#bucketMin = Number.POSITIVE_INFINITY;
    this.#formerMin = Number.POSITIVE_INFINITY;
  }

  /**
   * @param stamp when the packet was sent, in units of the sender's clock
   * @param bits after how many of them the stamp goes round
   * @param unitsPerMs of the sender's clock
   * @param arrivedAt milliseconds on the monotonic clock
   */
  packetArrived(stamp: number, bits: 24 | 32, unitsPerMs: number, arrivedAt: number): void {
    // After a quarter of a turn, half of one may have passed at the sender: then nobody knows which way its clock went.
    if (arrivedAt - this.#lastArrivedAt > 2 ** (bits - 2) / unitsPerMs) this.reset();
    this.#lastArrivedAt = arrivedAt;
    if (this.#lastStamp < 0) this.#sentMs = 0;
    else this.#sentMs += (((stamp - this.#lastStamp) << (32 - bits)) >> (32 - bits)) / unitsPerMs;
    this.#lastStamp = stamp;
    const delay = arrivedAt - this.#sentMs;
    if (delay < this.#intervalMin) this.#intervalMin = delay;
  }

  /**
   * Ends an interval.
   * @returns the least that any of its packets waited, in milliseconds: single late packets do not count; 0 when
   * nothing came
   */
  take(now: number): number {
    const least = this.#intervalMin;
    if (least === Number.POSITIVE_INFINITY) return 0;
    this.#intervalMin = Number.POSITIVE_INFINITY;
    if (now >= this.#bucketEndsAt) {
      this.#formerMin = this.#bucketMin;
      this.#bucketMin = Number.POSITIVE_INFINITY;
      this.#bucketEndsAt = now + BUCKET_MS;
    }
    this.#bucketMin = Math.min(this.#bucketMin, least);
    return least - Math.min(this.#bucketMin, this.#formerMin);
  }
}

/** Packets whose last repetition is remembered; a power of two, and more than one NACK can name in a round trip. */
const REMEMBERED = 512;
/** A packet is not repeated again within this part of a round trip: the answer to the first request is on its way. */
const ROUND_TRIP_SHARE = 0.75;
const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 300;
/** Of what is sent for the first time in a second, this part may be repeated; a fifth of loss needs a quarter. */
const STREAM_SHARE = 0.5;
/** What may be repeated in a second however little is sent, and in the first one, in which a replay falls. */
const LEAST_BYTES = 32_000;
const FIRST_BYTES = 128_000;

/**
 * Which of a viewer's NACKs (https://www.rfc-editor.org/rfc/rfc4585#section-6.2.1) are answered: not twice for what
 * is on its way already, and no more than a narrow line can bear beside the stream itself.
 */
export class Retransmissions {
  // Made at the first loss, as most viewers have none.
  #numbers: Uint16Array | null = null;
  #times: Float64Array | null = null;
  #bytesLeft = FIRST_BYTES;
  #repeatedBytes = 0;
  #sentBytesBefore = 0;

  /**
   * Whether the packet is to be repeated now; if so, it is counted.
   * @param now milliseconds on the monotonic clock
   * @param roundTripMs 0 when it is not known
   */
  allows(sequenceNumber: number, bytes: number, now: number, roundTripMs: number): boolean {
    this.#numbers ??= new Uint16Array(REMEMBERED);
    this.#times ??= new Float64Array(REMEMBERED).fill(Number.NEGATIVE_INFINITY);
    if (this.#bytesLeft < bytes) return false;
    const slot = sequenceNumber & (REMEMBERED - 1);
    const pause = Math.max(SHORTEST_PAUSE_MS, Math.min(LONGEST_PAUSE_MS, roundTripMs * ROUND_TRIP_SHARE));
    if (this.#numbers[slot] === sequenceNumber && now - (this.#times[slot] ?? 0) < pause) return false;
    this.#numbers[slot] = sequenceNumber;
    this.#times[slot] = now;
    this.#bytesLeft -= bytes;
    this.#repeatedBytes += bytes;
    return true;
  }

  /**
   * A second is over: what it carried decides what may be repeated in the next one.
   * @param sentBytes all that was sent since the start, repetitions included
   * @returns what was sent for the first time in that second, in bytes
   */
  renew(sentBytes: number): number {
    const fresh = sentBytes - this.#sentBytesBefore - this.#repeatedBytes;
    this.#sentBytesBefore = sentBytes;
    this.#repeatedBytes = 0;
    this.#bytesLeft = Math.max(LEAST_BYTES, fresh * STREAM_SHARE);
    return fresh;
  }
}

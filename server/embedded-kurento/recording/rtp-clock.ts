import type { SenderClock } from '../media/media-types.ts';

/** How long an arrival is remembered in the search for the least delayed one, in milliseconds. */
const windowMs = 2000;

/**
 * The clock of one RTP stream (one SSRC): turns its 32-bit timestamps into milliseconds that never wrap, and knows
 * how those relate to our clock (by arrival) and to the sender's wall clock (by RTCP).
 */
export class RtpClock {
  readonly ssrc: number;
  readonly #clockRate: number;
  #lastTimestamp: number;
  #unwrapped = 0;
  #senderOffsetMs: number | null = null;
  #windowStartedAt = Number.NEGATIVE_INFINITY;
  #leastDelayMs = Number.POSITIVE_INFINITY;
  #previousLeastDelayMs = Number.POSITIVE_INFINITY;

  constructor(ssrc: number, clockRate: number, firstTimestamp: number) {
    this.ssrc = ssrc;
    this.#clockRate = clockRate;
    this.#lastTimestamp = firstTimestamp;
  }

  /** Stream time in milliseconds since the first timestamp; negative before it. */
  toMs(rtpTimestamp: number): number {
    return (this.#unwrapped + this.#step(rtpTimestamp)) / (this.#clockRate / 1000);
  }

  /** Takes a packet's arrival and gives its stream time in milliseconds. */
  observe(rtpTimestamp: number, arrivedAt: number): number {
    const step = this.#step(rtpTimestamp);
    if (step > 0) {
      this.#unwrapped += step;
      this.#lastTimestamp = rtpTimestamp;
    }
    const streamMs = this.toMs(rtpTimestamp);
    if (arrivedAt - this.#windowStartedAt > windowMs) {
      const isStale = arrivedAt - this.#windowStartedAt > 2 * windowMs;
      this.#previousLeastDelayMs = isStale ? Number.POSITIVE_INFINITY : this.#leastDelayMs;
      this.#leastDelayMs = Number.POSITIVE_INFINITY;
      this.#windowStartedAt = arrivedAt;
    }
    this.#leastDelayMs = Math.min(this.#leastDelayMs, arrivedAt - streamMs);
    return streamMs;
  }

  /** Takes what a sender report says of this stream; that of another is ignored. */
  tell(clock: SenderClock): void {
    if (clock.ssrc === this.ssrc) this.#senderOffsetMs = clock.ntpMs - this.toMs(clock.rtpTimestamp);
  }

  /** What to add to stream time to get arrival time on our clock, by the least delayed packet of late. */
  get arrivalOffsetMs(): number {
    return Math.min(this.#leastDelayMs, this.#previousLeastDelayMs);
  }

  /** What to add to stream time to get the sender's wall clock; `null` before the first report. */
  get senderOffsetMs(): number | null {
    return this.#senderOffsetMs;
  }

  #step(rtpTimestamp: number): number {
    return (rtpTimestamp - this.#lastTimestamp) | 0;
  }
}

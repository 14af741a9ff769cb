import type { RtpPacket, SenderClock } from '../media-types.ts';
import { CaptureStallDetector, type Lateness } from './capture-stall.ts';

/** The window in which the least delayed arrival is searched, in milliseconds. */
const windowMs = 2000;
/** If the least delays of two windows differ by less, the delay is steady; in milliseconds. */
const steadyMs = 50;
/** Reports of one clock differ by less than this, in milliseconds. */
const reportJumpMs = 40;
/** The number of ticks after which timestamps wrap around. */
const turn = 2 ** 32;

/**
 * The clock of one RTP stream (one SSRC): converts its 32-bit timestamps to milliseconds that never wrap, and knows
 * how those relate to our clock (by arrival) and to the sender's wall clock (by RTCP). Time in which the sender
 * captured nothing is added if its timestamps omit it, so that stream time follows real time.
 */
export class RtpClock {
  readonly ssrc: number;
  /** Observes the gaps between arrivals. */
  readonly stalls = new CaptureStallDetector();
  readonly #clockRate: number;
  #lastTimestamp: number;
  #lastArrivedAt: number | null = null;
  #unwrapped = 0;
  /** The time added to the stream's own time from `fromMs` on (`sinceMs`), and before that (`beforeMs`). */
  #added = { fromMs: Number.NEGATIVE_INFINITY, beforeMs: 0, sinceMs: 0 };
  #senderOffsetMs: number | null = null;
  /** The newest report since the last gap, the offset known before it, and whether the report has been adopted. */
  #report: { readonly clock: SenderClock; readonly knownMs: number | null; isRead: boolean } | null = null;
  #windowStartedAt = Number.NEGATIVE_INFINITY;
  #leastDelayMs = Number.POSITIVE_INFINITY;
  #previousLeastDelayMs = Number.POSITIVE_INFINITY;
  #arrivalOffsetMs = Number.POSITIVE_INFINITY;

  constructor(ssrc: number, clockRate: number, firstTimestamp: number) {
    this.ssrc = ssrc;
    this.#clockRate = clockRate;
    this.#lastTimestamp = firstTimestamp;
  }

  /** The stream time in milliseconds since the first timestamp; negative before it. */
  toMs(rtpTimestamp: number): number {
    const ownMs = (this.#unwrapped + this.#step(rtpTimestamp)) / (this.#clockRate / 1000);
    const { fromMs, beforeMs, sinceMs } = this.#added;
    return ownMs + (ownMs >= fromMs ? sinceMs : beforeMs);
  }

  /**
   * Advances to a timestamp and returns its stream time in milliseconds. After a silence, the arrival time shows how
   * often the timestamps have wrapped around meanwhile.
   */
  advance(rtpTimestamp: number, arrivedAt: number): number {
    this.#lastArrivedAt ??= arrivedAt;
    const step = this.#step(rtpTimestamp) + turn * this.#turnsSince(rtpTimestamp, arrivedAt);
    if (step > 0) {
      this.#unwrapped += step;
      this.#lastTimestamp = rtpTimestamp;
      this.#lastArrivedAt = arrivedAt;
    }
    return this.toMs(rtpTimestamp);
  }

  /**
   * The verdict on an observed gap is known.
   * @param stall for how long the sender stalled, which its timestamps omit from stream time `fromMs` on; null when it
   * did not
   */
  gapJudged(stall: { fromMs: number; stalledMs: number } | null): void {
    const report = this.#report;
    this.#report = null;
    const plainMs = report === null ? 0 : this.#offsetOf(report.clock);
    if (stall !== null) this.#add(stall);
    if (report === null) return;
    const stalledMs = this.#offsetOf(report.clock);
    // The report was sent before the stall, during it with the old clock, or after it; the offset known before decides.
    const knownMs = report.knownMs ?? stalledMs;
    this.#senderOffsetMs = Math.abs(stalledMs - knownMs) <= Math.abs(plainMs - knownMs) ? stalledMs : plainMs;
  }

  #add({ fromMs, stalledMs }: { fromMs: number; stalledMs: number }): void {
    const { sinceMs } = this.#added;
    this.#added = { fromMs: fromMs - sinceMs, beforeMs: sinceMs, sinceMs: sinceMs + stalledMs };
  }

  #offsetOf({ ntpMs, rtpTimestamp }: SenderClock): number {
    return ntpMs - this.toMs(rtpTimestamp);
  }

  /** Processes a packet's arrival and returns its stream time in milliseconds. */
  observe(rtpTimestamp: number, arrivedAt: number): number {
    const streamMs = this.advance(rtpTimestamp, arrivedAt);
    if (this.#report?.isRead === false) {
      this.#report.isRead = true;
      this.#senderOffsetMs = this.#offsetOf(this.#report.clock);
    }
    if (arrivedAt - this.#windowStartedAt > windowMs) this.#nextWindow(arrivedAt);
    this.#leastDelayMs = Math.min(this.#leastDelayMs, arrivedAt - streamMs);
    this.#arrivalOffsetMs = Math.min(this.#arrivalOffsetMs, this.#leastDelayMs);
    return streamMs;
  }

  /** A network that catches up slowly is late for many seconds, but less so in each window. */
  #nextWindow(arrivedAt: number): void {
    if (arrivedAt - this.#windowStartedAt > 2 * windowMs) {
      this.#previousLeastDelayMs = Number.POSITIVE_INFINITY;
      this.#arrivalOffsetMs = Number.POSITIVE_INFINITY;
    } else {
      const isSteady = Math.abs(this.#leastDelayMs - this.#previousLeastDelayMs) < steadyMs;
      if (isSteady) this.#arrivalOffsetMs = Math.min(this.#leastDelayMs, this.#previousLeastDelayMs);
      this.#previousLeastDelayMs = this.#leastDelayMs;
    }
    this.#leastDelayMs = Number.POSITIVE_INFINITY;
    this.#windowStartedAt = arrivedAt;
  }

  /** Processes a sender report of this stream; reports of other streams are ignored. */
  tell(clock: SenderClock): void {
    if (clock.ssrc !== this.ssrc) return;
    const knownMs = this.#senderOffsetMs;
    const offsetMs = this.#offsetOf(clock);
    // While a gap is observed, it is unknown whether to add the length of a stall to the report; and a report that
    // jumps may have overtaken the first packet after a stall.
    const isClear = this.stalls.gapAtMs === null && Math.abs(offsetMs - (knownMs ?? offsetMs)) < reportJumpMs;
    this.#report = { clock, knownMs, isRead: isClear };
    if (isClear) this.#senderOffsetMs = offsetMs;
  }

  /**
   * The offset from stream time to arrival time on our clock, from the least delayed recent packet. It falls
   * immediately, and rises only when packets stay late.
   */
  get arrivalOffsetMs(): number {
    return this.#arrivalOffsetMs;
  }

  /** The offset from stream time to the sender's wall clock; `null` before the first report. */
  get senderOffsetMs(): number | null {
    return this.#senderOffsetMs;
  }

  /** How often the timestamps have wrapped around since the last packet; 0 except after hours of silence. */
  #turnsSince(rtpTimestamp: number, arrivedAt: number): number {
    const passed = ((arrivedAt - (this.#lastArrivedAt ?? arrivedAt)) * this.#clockRate) / 1000;
    return Math.max(0, Math.round((passed - this.#step(rtpTimestamp)) / turn));
  }

  #step(rtpTimestamp: number): number {
    return (rtpTimestamp - this.#lastTimestamp) | 0;
  }
}

/**
 * The sender's clock of one stream, as its reports give it. A report reflects a capture stall only seconds later; until
 * then, the clock is corrected from the packets.
 */
export class SenderTime {
  #clock: RtpClock | null = null;
  #current: SenderClock | null = null;

  /** The newest clock; null before the first report. */
  get current(): SenderClock | null {
    return this.#current;
  }

  /**
   * Processes the arrival of a packet.
   * @param latenessOfOther how late the sender's other stream is since a moment; null when nothing has arrived
   * @returns the corrected clock after a stall, otherwise null
   */
  packetArrived(packet: RtpPacket, latenessOfOther: (sinceAt: number) => Lateness | null): SenderClock | null {
    const { ssrc, timestamp, arrivedAt, codec } = packet;
    this.#clock ??= new RtpClock(ssrc, codec.clockRate, timestamp);
    const clock = this.#clock;
    clock.stalls.arrived(clock.advance(timestamp, arrivedAt), arrivedAt);
    if (clock.stalls.gapAtMs === null) return null;
    const verdict = clock.stalls.judge(latenessOfOther);
    if (verdict.kind === 'open') return null;
    clock.gapJudged(verdict.kind === 'stall' ? verdict : null);
    if (verdict.kind !== 'stall' || clock.senderOffsetMs === null) return null;
    this.#current = { ntpMs: clock.senderOffsetMs + clock.toMs(timestamp), rtpTimestamp: timestamp, ssrc };
    return this.#current;
  }

  /** Processes a sender report. */
  reported(clock: SenderClock): void {
    this.#current = clock;
    this.#clock?.tell(clock);
  }

  /** How late packets are since a moment on the clock of arrivals; null when none has arrived. */
  lateness(sinceAt: number): Lateness | null {
    return this.#clock?.stalls.lateness(sinceAt) ?? null;
  }

  /** Another stream begins. */
  reset(): void {
    this.#clock = null;
    this.#current = null;
  }
}

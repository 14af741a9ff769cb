import type { Lateness } from './capture-stall.ts';
import type { RtpPacket, SenderClock } from './media-types.ts';
import { RtpClock } from './rtp-clock.ts';

/**
 * The clock of the sender of one stream, as its reports tell it. Until a report tells of a stall of the capture, seconds
 * after it, the clock is put right by the packets.
 */
export class SenderTime {
  #clock: RtpClock | null = null;
  #current: SenderClock | null = null;

  /** The newest clock; null before the first report. */
  get current(): SenderClock | null {
    return this.#current;
  }

  /**
   * Takes a packet.
   * @param latenessOfOther how late the sender's other stream is since a moment; null when nothing has come
   * @returns the clock where a stall has put it out, otherwise null
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

  /** Takes what a sender report says. */
  reported(clock: SenderClock): void {
    this.#current = clock;
    this.#clock?.tell(clock);
  }

  /** How late packets are since a moment on the clock of arrivals; null when none has come. */
  lateness(sinceAt: number): Lateness | null {
    return this.#clock?.stalls.lateness(sinceAt) ?? null;
  }

  /** Another stream begins. */
  reset(): void {
    this.#clock = null;
    this.#current = null;
  }
}

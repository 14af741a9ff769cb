import { middleOfNtp, toNtp, wallMs } from '../clock.ts';
import type { RtpStats, SenderClock } from '../media-types.ts';
import { senderReport } from './rtcp.ts';
import type { ReportBlock } from './stream-statistics.ts';

/** A receiver refers to one of the newest; they are sent once a second, and sooner after a change. */
const rememberedReports = 4;

/** The maximum difference between two clocks of one sender that still agree, in milliseconds. */
const contradictionMs = 20;
/** The minimum time between a report and its early correction, in milliseconds. */
const correctionIntervalMs = 500;

/** A sender report that a receiver report may refer to. */
type SentReport = { middle: number; sentAt: number };

/** The counters of the stream in a sender report. */
export type SentTotals = { packets: number; payloadBytes: number };

/**
 * Makes a viewer's sender reports from the presenter's, and reads the viewer's reception from the receiver reports:
 * https://www.rfc-editor.org/rfc/rfc3550#section-6.4
 */
export class SenderReports {
  /** True when the viewer does not know the present stream's clock: a report should follow its first packet. */
  isDue = false;
  readonly #ssrc: number;
  /** The newest first. */
  #sent: readonly SentReport[] = [];
  #block: ReportBlock | null = null;
  #roundTripMs = 0;
  /** The clock from which the last report was made. */
  #clock: SenderClock | null = null;
  #madeAt = Number.NEGATIVE_INFINITY;

  constructor(ssrc: number) {
    this.#ssrc = ssrc;
  }

  /** In milliseconds; 0 when it is not known. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  /**
   * @param timestampOffset the offset from the presenter's RTP timestamps to the viewer's
   * @param now milliseconds on the monotonic clock
   */
  make(clock: SenderClock, clockRate: number, timestampOffset: number, totals: SentTotals, now: number): Buffer {
    const wall = wallMs(now);
    const ntp = toNtp(wall);
    const elapsed = Math.round(((wall - clock.ntpMs) * clockRate) / 1000);
    const sent = { middle: middleOfNtp(ntp.seconds, ntp.fraction), sentAt: now };
    this.#sent = [sent, ...this.#sent].slice(0, rememberedReports);
    return senderReport(
      {
        ssrc: this.#ssrc,
        ntpSeconds: ntp.seconds,
        ntpFraction: ntp.fraction,
        rtpTimestamp: (clock.rtpTimestamp + elapsed + timestampOffset) >>> 0,
        packets: totals.packets,
        payloadBytes: totals.payloadBytes,
      },
      [],
    );
  }

  /** A report with this clock has been sent. */
  delivered(clock: SenderClock, now: number): void {
    this.isDue = false;
    this.#clock = clock;
    this.#madeAt = now;
  }

  /** Whether the last report is now known to be wrong, as after a stall of the presenter's capture. */
  isWrong(clock: SenderClock, clockRate: number, now: number): boolean {
    const before = this.#clock;
    if (now - this.#madeAt < correctionIntervalMs || before === null || before.ssrc !== clock.ssrc) return false;
    const ticks = (clock.rtpTimestamp - before.rtpTimestamp) | 0;
    return Math.abs(clock.ntpMs - before.ntpMs - ticks / (clockRate / 1000)) > contradictionMs;
  }

  /** The reception from the viewer's last report, for the statistics; times are in seconds. */
  reception(clockRate: number): Pick<RtpStats, 'packetsLost' | 'fractionLost' | 'jitter' | 'roundTripTime'> {
    const block = this.#block;
    return {
      packetsLost: block?.packetsLost ?? 0,
      fractionLost: block?.fractionLost ?? 0,
      jitter: (block?.jitter ?? 0) / clockRate,
      roundTripTime: this.#roundTripMs / 1000,
    };
  }

  /** Processes the viewer's receiver report; the round trip follows from LSR and DLSR (§6.4.1). */
  received(block: ReportBlock, now: number): void {
    this.#block = block;
    if (block.lastSenderReport === 0) return;
    const referred = this.#sent.find(({ middle }) => middle === block.lastSenderReport);
    if (referred === undefined) return;
    this.#roundTripMs = Math.max(0, now - referred.sentAt - block.delaySinceLastSenderReport / 65.536);
  }
}

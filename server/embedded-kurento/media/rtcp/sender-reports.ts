import { middleOfNtp, toNtp, wallMs } from '../clock.ts';
import type { SenderClock } from '../media-types.ts';
import { senderReport } from './rtcp.ts';
import type { ReportBlock } from './stream-statistics.ts';

/** A receiver refers to one of the newest; they are sent once a second, and sooner where something has changed. */
const rememberedReports = 4;

/** A sender report by which a receiver report may refer to us. */
type SentReport = { middle: number; sentAt: number };

/** What a sender report says of the stream besides its clock. */
export type SentTotals = { packets: number; payloadBytes: number };

/**
 * Makes a viewer's sender reports out of the presenter's, and reads from the answers how the viewer fares:
 * https://www.rfc-editor.org/rfc/rfc3550#section-6.4
 */
export class SenderReports {
  readonly #ssrc: number;
  /** The newest first. */
  #sent: readonly SentReport[] = [];
  #block: ReportBlock | null = null;
  #roundTripMs = 0;

  constructor(ssrc: number) {
    this.#ssrc = ssrc;
  }

  /** The viewer's last word; null before the first one. */
  get block(): ReportBlock | null {
    return this.#block;
  }

  /** In milliseconds; 0 when it is not known. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  /**
   * @param timestampOffset from the presenter's RTP timestamps to the viewer's
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

  /** Takes the viewer's receiver report; the round trip follows from §6.4.1's LSR and DLSR. */
  received(block: ReportBlock, now: number): void {
    this.#block = block;
    if (block.lastSenderReport === 0) return;
    const referred = this.#sent.find(({ middle }) => middle === block.lastSenderReport);
    if (referred === undefined) return;
    this.#roundTripMs = Math.max(0, now - referred.sentAt - block.delaySinceLastSenderReport / 65.536);
  }
}

import { sequenceDistance } from '../rtp/rtp-packet.ts';

/** One report block of a receiver report: https://www.rfc-editor.org/rfc/rfc3550#section-6.4.1 */
export type ReportBlock = {
  ssrc: number;
  /** 0 … 255 since the last report. */
  fractionLost: number;
  /** −2²³ … 2²³ − 1 since the start. */
  packetsLost: number;
  highestSequenceNumber: number;
  /** In ticks of the codec's clock. */
  jitter: number;
  /** The middle 32 bits of the last sender report's NTP time; 0 when there was none. */
  lastSenderReport: number;
  /** In units of 1/65536 s. */
  delaySinceLastSenderReport: number;
};

/** Counts a received stream as described in https://www.rfc-editor.org/rfc/rfc3550#appendix-A.3 and A.8. */
export class ReceiveStatistics {
  packets = 0;
  bytes = 0;
  packetsLost = 0;
  fractionLost = 0;
  /** In ticks of the codec's clock. */
  jitter = 0;
  #base = -1;
  #highest = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #received = 0;
  #transit = Number.NaN;
  #timestamp = -1;
  #lastSenderReport = 0;
  #senderReportAt = 0;

  packetArrived(sequenceNumber: number, timestamp: number, payloadBytes: number, clockRate: number, now: number): void {
    this.packets += 1;
    this.bytes += payloadBytes;
    this.#received += 1;
    if (this.#base < 0) {
      this.#base = sequenceNumber;
      this.#highest = sequenceNumber;
    } else {
      const distance = sequenceDistance(this.#highest & 0xffff, sequenceNumber);
      if (distance > 0) this.#highest += distance;
    }
    // Packets of one frame share a timestamp and say nothing new about the network.
    if (timestamp === this.#timestamp) return;
    this.#timestamp = timestamp;
    const transit = (Math.trunc((now * clockRate) / 1000) - timestamp) | 0;
    if (!Number.isNaN(this.#transit)) {
      const difference = Math.abs((transit - this.#transit) | 0);
      // A step of more than five seconds is a new clock, not jitter.
      if (difference < clockRate * 5) this.jitter += (difference - this.jitter) / 16;
    }
    this.#transit = transit;
  }

  senderReportArrived(middleOfNtp: number, now: number): void {
    this.#lastSenderReport = middleOfNtp;
    this.#senderReportAt = now;
  }

  /** Makes the block for the next receiver report and starts a new interval; null when nothing has arrived yet. */
  report(ssrc: number, now: number): ReportBlock | null {
    if (this.#base < 0) return null;
    const expected = this.#highest - this.#base + 1;
    const expectedNow = expected - this.#expectedBefore;
    const lostNow = expectedNow - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    this.fractionLost = expectedNow <= 0 || lostNow <= 0 ? 0 : Math.min(255, Math.floor((lostNow * 256) / expectedNow));
    this.packetsLost = Math.max(-0x800000, Math.min(0x7fffff, expected - this.#received));
    return {
      ssrc,
      fractionLost: this.fractionLost,
      packetsLost: this.packetsLost,
      highestSequenceNumber: this.#highest >>> 0,
      jitter: Math.floor(this.jitter),
      lastSenderReport: this.#lastSenderReport,
      delaySinceLastSenderReport:
        this.#lastSenderReport === 0 ? 0 : Math.min(0xffffffff, Math.round((now - this.#senderReportAt) * 65.536)),
    };
  }
}

/** A shorter interval says more about single frames than about the stream. */
const windowMs = 1900;

/** The sending bitrate of a stream, from a counter that is sampled about once a second. */
export class SentBitrate {
  #bps = 0;
  #bytes = 0;
  #at = Number.NaN;

  /** In bit/s over the last two seconds or so; 0 until that time has passed. */
  get bps(): number {
    return this.#bps;
  }

  /**
   * @param bytes the counter's value, which only grows
   * @param now milliseconds on the monotonic clock
   */
  look(bytes: number, now: number): void {
    const elapsedMs = now - this.#at;
    if (elapsedMs < windowMs) return;
    if (!Number.isNaN(elapsedMs)) this.#bps = Math.round(((bytes - this.#bytes) * 8000) / elapsedMs);
    this.#bytes = bytes;
    this.#at = now;
  }
}

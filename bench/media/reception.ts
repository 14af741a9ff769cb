import type { ReportBlock } from './rtcp.ts';

/** The state that a receiver needs to report on a source, https://www.rfc-editor.org/rfc/rfc3550#appendix-A.3 */
export class Reception {
  readonly #clockRate: number;
  #ssrc: number | null = null;
  #first = 0;
  #highest = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #transit: number | null = null;
  #jitter = 0;
  #lastReport: { middle: number; atUs: number } | null = null;

  /** `clockRate` is the clock rate of the payload, in hertz. */
  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** The SSRC of the source; `null` until its first packet. */
  get ssrc(): number | null {
    return this.#ssrc;
  }

  /** Counts an RTP packet. */
  receive(packet: Buffer, arrivedUs: number): void {
    const ssrc = packet.readUInt32BE(8);
    const sequence = packet.readUInt16BE(2);
    if (ssrc !== this.#ssrc) this.#begin(ssrc, sequence);
    this.#received += 1;
    const step = (sequence - this.#highest) & 0xffff;
    if (step < 0x8000) this.#highest += step;
    const transit = ((arrivedUs * this.#clockRate) / 1e6 - packet.readUInt32BE(4)) % 2 ** 32;
    const change = this.#transit === null ? 0 : Math.abs(transit - this.#transit);
    // If the clock has wrapped between two packets, it says nothing about their spacing.
    if (change < 2 ** 31) this.#jitter += (change - this.#jitter) / 16;
    this.#transit = transit;
  }

  /** Notes the middle 32 bits of a sender report's time, which the next report repeats to the sender. */
  receiveReport(middle: number, arrivedUs: number): void {
    this.#lastReport = { middle, atUs: arrivedUs };
  }

  /** The report at `nowUs`; `null` before the first packet. */
  report(nowUs: number): ReportBlock | null {
    if (this.#ssrc === null) return null;
    const expected = this.#highest - this.#first + 1;
    const expectedNow = expected - this.#expectedBefore;
    const lostNow = expectedNow - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    return {
      ssrc: this.#ssrc,
      fractionLost: expectedNow > 0 && lostNow > 0 ? Math.floor((lostNow * 256) / expectedNow) : 0,
      totalLost: expected - this.#received,
      highestSequence: this.#highest,
      jitter: this.#jitter,
      lastReport: this.#lastReport?.middle ?? 0,
      delaySinceLastReport:
        this.#lastReport === null ? 0 : Math.floor(((nowUs - this.#lastReport.atUs) * 65_536) / 1e6),
    };
  }

  #begin(ssrc: number, sequence: number): void {
    this.#ssrc = ssrc;
    this.#first = sequence;
    this.#highest = sequence;
    this.#received = 0;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
    this.#transit = null;
  }
}

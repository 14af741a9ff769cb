import type { CongestionCause } from '../../../lib/tiers.ts';

/** How well a viewer receives at a moment; rates in kbit/s, times in milliseconds. */
export type ReceptionSample = {
  /** A monotonic time. */
  at: number;
  /** The bitrate of the picture that is sent. */
  sentKbps: number;
  /** The browser's estimate of its downlink (REMB); `null` if there is none. */
  estimateKbps: number | null;
  /** 0 … 1 */
  lossFraction: number;
  /** `null` while it is not known. */
  roundTripMs: number | null;
};

/** A congested downlink, and what it carries as far as that is known. */
export type Congestion = { cause: CongestionCause; availableKbps: number };

/** Two samples in a row must agree, because a single report may be about a hiccup. */
const agreeing = 2;
/** The rise of the round trip above its minimum that means a queue; Wi-Fi alone causes some dozens of milliseconds. */
const queueMs = 150;
/** The round trip falls by at least this much from sample to sample while a queue drains. */
const drainMs = 30;
/** The minimum round trip of this long counts, since routes change. */
const baseWindowMs = 60_000;
/** Random loss of 10 % rarely exceeds this in two reports. */
const lossLimit = { onAverage: 0.15, atOnce: 0.3 } as const;
/** An estimate below this share of what is sent means that the browser sees a queue grow. */
const estimateShare = 0.85;
/** If packets only wait, it is not known what the downlink carries; half of what made them wait is a safe guess. */
const guessedShare = 0.5;

/**
 * Detects that a viewer's downlink carries less than is sent. A queue shows in the round trip time and in the browser's
 * estimate, a policer in the loss. Loss at a rate that stays the same whatever is sent is not congestion: see
 * {@link CongestionDetector.tolerate}.
 */
export class CongestionDetector {
  #samples: ReceptionSample[] = [];
  #roundTrips: { at: number; ms: number }[] = [];
  /** Loss up to this share is a property of the downlink. */
  #tolerated = 0;

  /** Loss of this share was seen at a much lower bitrate, too: it is no reason to send less. */
  tolerate(lossFraction: number): void {
    this.#tolerated = lossFraction;
  }

  /** The stream is another one: samples of the former one say nothing about it, but the downlink is the same. */
  restart(): void {
    this.#samples = [];
  }

  /** The average loss of the last samples, 0 … 1. */
  get loss(): number {
    const { length } = this.#samples;
    return length === 0 ? 0 : this.#samples.reduce((sum, { lossFraction }) => sum + lossFraction, 0) / length;
  }

  /** Takes the next sample, about one a second. Returns `null` unless the downlink is congested. */
  look(sample: ReceptionSample): Congestion | null {
    this.#samples = [...this.#samples, sample].slice(-agreeing);
    const { at, sentKbps, estimateKbps, lossFraction, roundTripMs } = sample;
    if (roundTripMs !== null) this.#roundTrips.push({ at, ms: roundTripMs });
    this.#roundTrips = this.#roundTrips.filter((each) => at - each.at <= baseWindowMs);
    const tolerated = this.#tolerated * 1.2;
    const received = sentKbps * (1 - lossFraction);
    const availableKbps = Math.min(estimateKbps ?? received, received);
    const isLossy = this.#isFull && this.loss > lossLimit.onAverage + tolerated;
    if (isLossy || lossFraction > lossLimit.atOnce + tolerated) return { cause: 'loss', availableKbps };
    if (this.#agree((each) => each.estimateKbps !== null && each.estimateKbps < each.sentKbps * estimateShare)) {
      return { cause: 'estimate', availableKbps };
    }
    const base = Math.min(...this.#roundTrips.map(({ ms }) => ms));
    const isQueued = this.#agree((each) => each.roundTripMs !== null && each.roundTripMs - base > queueMs);
    if (isQueued && !this.#isDraining) {
      return { cause: 'delay', availableKbps: Math.min(availableKbps, sentKbps * guessedShare) };
    }
    return null;
  }

  /** A queue that shrinks was made by something that is over. */
  get #isDraining(): boolean {
    const [before, now] = this.#samples.map(({ roundTripMs }) => roundTripMs ?? 0);
    return now !== undefined && before !== undefined && now < before - drainMs;
  }

  get #isFull(): boolean {
    return this.#samples.length === agreeing;
  }

  #agree(condition: (sample: ReceptionSample) => boolean): boolean {
    return this.#isFull && this.#samples.every(condition);
  }
}

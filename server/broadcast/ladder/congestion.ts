import type { CongestionCause } from '../../../lib/tiers.ts';
import type { ViewerFeedback } from '../media-gateway.ts';

/** How well a viewer receives at a moment; rates in kbit/s, times in milliseconds. */
export type ReceptionSample = {
  /** A monotonic time. */
  at: number;
  /** The bitrate of the picture that is sent. */
  sentKbps: number;
  /** The browser's estimate of its downlink (REMB); `null` if there is none. */
  estimateKbps: number | null;
  /** The share of the packets since the last sample that is missing, after repairs; 0 … 1. */
  lossFraction: number;
  /** `null` while it is not known. */
  roundTripMs: number | null;
  /** How often the browser asked for lost packets since the last sample; 0 on a media server that does not count. */
  nacks: number;
};

/** What a media server knew of a viewer at a monotonic time, in milliseconds. */
export type TimedFeedback = { at: number; feedback: ViewerFeedback };

/** What happened between two moments. */
export function sampleBetween(before: TimedFeedback, { at, feedback }: TimedFeedback): ReceptionSample {
  const grown = (name: 'sentBytes' | 'sentPackets' | 'lostPackets' | 'nackCount') =>
    feedback[name] - before.feedback[name];
  return {
    at,
    sentKbps: (grown('sentBytes') * 8) / (at - before.at),
    estimateKbps: feedback.estimateKbps,
    // Not from the last report alone: browsers also report whenever they ask for a lost packet.
    lossFraction: Math.min(1, Math.max(0, grown('lostPackets') / Math.max(1, grown('sentPackets')))),
    roundTripMs: feedback.roundTripMs,
    nacks: grown('nackCount'),
  };
}

/**
 * A congested downlink, and what it carries as far as that is known. If it is severe, the picture stands still already,
 * whatever is sent only delays what comes next, and it is not known yet what gets through.
 */
export type Congestion = { cause: CongestionCause; availableKbps: number; isSevere: boolean };

/** Two samples in a row must agree, because a single report may be about a hiccup. */
const agreeing = 2;
/** The rise of the round trip above its minimum that means a queue; Wi-Fi alone causes some dozens of milliseconds. */
const queueMs = 150;
/** A queue this long means that only a small part of what is sent gets through; no feedback is up to date then. */
const hopelessQueueMs = 500;
/** The round trip falls by at least this much from sample to sample while a queue drains. */
const drainMs = 30;
/** The minimum round trip of this long counts, since routes change. */
const baseWindowMs = 60_000;
/** Random loss of 10 % rarely exceeds this in two reports. */
const lossLimit = { onAverage: 0.15, atOnce: 0.3 } as const;
/**
 * An estimate below this share of what is sent, while packets wait, means that the browser sees the queue grow. Without a
 * queue it means nothing: a browser does not estimate more than 1.5 times what it receives, and begins far below that.
 */
const estimateShare = { twice: 0.85, atOnce: 0.5 } as const;
/** An estimate that falls below this share of the one before has fallen. */
const fallenShare = 0.8;
/** An estimate that falls by half within a sample, to this share of what is sent, and how much more than usual that is. */
const collapsed = { estimateShare: 0.35, sentShare: 1.35 } as const;
/** What a browser asks for when it sees a queue, as a share of what arrives. */
const askedShare = 0.85;
/** First signs, from a single report: a queue in milliseconds, and more loss and NACKs than before. */
const strain = { queueMs: 60, loss: 0.08, nacks: 3, nackGrowth: 2 } as const;
/** If packets only wait, it is not known what the downlink carries; half of what made them wait is a safe guess. */
const guessedShare = 0.5;

/**
 * Detects that a viewer's downlink carries less than is sent. A queue shows in the round trip time, a
 * policer in the loss. Loss at a rate that stays the same whatever is sent is not congestion: see
 * {@link CongestionDetector.tolerate}.
 */
export class CongestionDetector {
  #samples: ReceptionSample[] = [];
  #roundTrips: { at: number; ms: number }[] = [];
  /** The minimum round trip in milliseconds. */
  #baseMs = Number.POSITIVE_INFINITY;
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

  /**
   * Takes the next sample, about one a second. Returns `null` unless the downlink is congested.
   * @param usualKbps what is sent to viewers who receive well
   */
  look(sample: ReceptionSample, usualKbps: number): Congestion | null {
    this.#samples = [...this.#samples, sample].slice(-agreeing);
    const { at, sentKbps, estimateKbps, lossFraction, roundTripMs } = sample;
    if (roundTripMs !== null) this.#roundTrips.push({ at, ms: roundTripMs });
    this.#roundTrips = this.#roundTrips.filter((each) => at - each.at <= baseWindowMs);
    this.#baseMs = Math.min(...this.#roundTrips.map(({ ms }) => ms));
    const tolerated = this.#tolerated * 1.2;
    const received = sentKbps * (1 - lossFraction);
    const availableKbps = Math.min(estimateKbps ?? received, received);
    const isVeryLossy = lossFraction > lossLimit.atOnce + tolerated;
    if (isVeryLossy || (this.#isFull && this.loss > lossLimit.onAverage + tolerated)) {
      return { cause: 'loss', availableKbps, isSevere: isVeryLossy };
    }
    if (this.#hasCollapsed(usualKbps))
      return { cause: 'estimate', availableKbps: availableKbps / askedShare, isSevere: true };
    if (this.#isDraining) return null;
    const isHopeless = (each: ReceptionSample) => this.#queueMs(each) > hopelessQueueMs;
    if (this.#agree(isHopeless) || (isHopeless(sample) && sample.nacks > strain.nacks)) {
      return { cause: 'delay', availableKbps: 0, isSevere: true };
    }
    const isAbove = (each: ReceptionSample, share: number, atLeastMs: number) =>
      each.estimateKbps !== null && each.estimateKbps < each.sentKbps * share && this.#queueMs(each) > atLeastMs;
    const isFarTooMuch = this.#hasFallen && isAbove(sample, estimateShare.atOnce, queueMs);
    if (isFarTooMuch || this.#agree((each) => isAbove(each, estimateShare.twice, strain.queueMs))) {
      const asked = Math.min(availableKbps / askedShare, received);
      return { cause: 'estimate', availableKbps: asked, isSevere: isFarTooMuch };
    }
    if (this.#isNews && this.#agree((each) => this.#queueMs(each) > queueMs)) {
      return { cause: 'delay', availableKbps: Math.min(availableKbps, sentKbps * guessedShare), isSevere: false };
    }
    return null;
  }

  /** Whether a sample shows first signs of congestion; `before` was taken at a lower bitrate. */
  isStrained(sample: ReceptionSample, before: Pick<ReceptionSample, 'lossFraction' | 'nacks'>): boolean {
    return (
      this.hasQueue(sample) ||
      sample.lossFraction > before.lossFraction + strain.loss ||
      sample.nacks > before.nacks * strain.nackGrowth + strain.nacks
    );
  }

  /** Whether packets begin to wait on their way. */
  hasQueue(sample: ReceptionSample): boolean {
    return this.#queueMs(sample) > strain.queueMs;
  }

  /** How long packets wait on their way: what the round trip takes longer than at its minimum. */
  #queueMs({ roundTripMs }: ReceptionSample): number {
    return roundTripMs === null ? 0 : roundTripMs - this.#baseMs;
  }

  /** A queue that shrinks was made by something that is over. */
  get #isDraining(): boolean {
    const [before, now] = this.#samples.map(({ roundTripMs }) => roundTripMs ?? 0);
    return now !== undefined && before !== undefined && now < before - drainMs;
  }

  /** The browser has reported since the last sample: two reports are never the same to the microsecond. */
  get #isNews(): boolean {
    const [before, now] = this.#samples.map(({ roundTripMs }) => roundTripMs);
    return before !== now;
  }

  /** The browser's estimate sinks, as it does while a queue grows; at the beginning it is low, and rises. */
  get #hasFallen(): boolean {
    const [before, now] = this.#samples.map(({ estimateKbps }) => estimateKbps);
    return before !== undefined && before !== null && now !== undefined && now !== null && now < before * fallenShare;
  }

  /**
   * The queue is full, and packets are lost by the dozen. The browser's report about them arrives later, if it does; but
   * its requests do, so much is sent twice. Random loss makes an estimate fall, too, but with less of all that.
   */
  #hasCollapsed(usualKbps: number): boolean {
    const [before, now] = this.#samples;
    const estimate = now?.estimateKbps ?? null;
    if (now === undefined || estimate === null || !before?.estimateKbps) return false;
    const isFarLower = estimate < before.estimateKbps / 2 && estimate < now.sentKbps * collapsed.estimateShare;
    const isRepeated = now.sentKbps > usualKbps * collapsed.sentShare;
    return isFarLower && (isRepeated || now.lossFraction > lossLimit.atOnce || this.hasQueue(now));
  }

  get #isFull(): boolean {
    return this.#samples.length === agreeing;
  }

  #agree(condition: (sample: ReceptionSample) => boolean): boolean {
    return this.#isFull && this.#samples.every(condition);
  }
}

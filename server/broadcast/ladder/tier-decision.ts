import { type CongestionCause, type Selection, type Tier, tiers } from '../../../lib/tiers.ts';
import { type Congestion, CongestionDetector, type ReceptionSample } from './congestion.ts';

/** A tier that can be sent, and its bitrate in kbit/s. */
export type TierRate = { tier: Tier; kbps: number };

/** What a viewer should be sent, and why, if it is not the best. */
export type Decision = { selection: Selection; cause: CongestionCause | null };

/** A change of tier. `loss` is the share that was lost before it, if that was its cause, and `receivedKbps` the rest. */
type Step = { isUp: boolean; from: Selection; loss: number; receivedKbps: number };

/** An attempt to send more, as padding; `before` was taken before it. */
type Probe = { kbps: number; before: ReceptionSample };

/** A share of the bitrate stays free for sound, retransmissions and the ups and downs of an encoder. */
const headroom = 0.85;
/**
 * The time without congestion before more is sent, in milliseconds: after a step down, or if the browser's estimate allows
 * for more; after a step up; and without a picture, when nothing can be probed.
 */
const calmMs = { afterDown: 10_000, ifEstimated: 4_000, afterUp: 2_000, withoutPicture: 20_000 } as const;
/**
 * A probe pads what is sent by this factor, second by second, up to the bitrate of the larger tier and a little more. After
 * one that failed, the next one begins at this share of where it did.
 */
const probe = { growth: 1.3, margin: 1.1, again: 0.6 } as const;
/** The pauses after probes that failed, one after the other, in milliseconds; the last one is repeated. */
const probePausesMs = [5_000, 10_000, 20_000, 30_000];
/** How long the queue of a probe that failed may take to drain, in milliseconds. */
const drainingMs = 3_000;
/** The pauses after steps up that were wrong; twice as long if they hurt the sound. */
const pausesMs = [30_000, 60_000, 120_000];
/** An attempt has failed if the downlink is congested within this time, in milliseconds. */
const provenAfterMs = 8_000;
/** Beyond this share, and with a queue, loss is congestion. */
const mostRandomLoss = 0.35;
/** The picture that was added to the sound is too much. */
const blindFailure: Congestion = { cause: 'delay', availableKbps: 0, isSevere: true };
/** How long a smaller picture is watched to see whether loss depends on the bitrate, in milliseconds. */
const lossTrialMs = 4_000;

/**
 * Decides which tier suits a viewer's downlink: down as soon as it is congested, and up after a calm time and a bandwidth
 * probe, with pauses that grow after attempts that were wrong. Loss that stays when much less is sent is a property of the
 * downlink, and then the larger picture returns.
 */
export class TierDecision {
  readonly #detector = new CongestionDetector();
  #selection: Selection = 'high';
  #cause: CongestionCause | null = null;
  #changedAt = Number.NEGATIVE_INFINITY;
  /** The last step, as long as it may turn out to be wrong. */
  #step: Step | null = null;
  #probe: Probe | null = null;
  #failedProbes = 0;
  /** Where the last probe failed, in kbit/s; 0 if none has since the last step. */
  #failedKbps = 0;
  #drainsUntil = Number.NEGATIVE_INFINITY;
  #isCalm = true;
  #isSevere = false;
  #failures = 0;
  /** No probe begins before this time. */
  #waitsUntil = Number.NEGATIVE_INFINITY;

  /** What is to be sent with padding, in kbit/s, to see whether the downlink carries it; 0 for no padding. */
  get probeKbps(): number {
    return this.#probe?.kbps ?? 0;
  }

  /** Whether the last sample shows no sign of congestion. */
  get isCalm(): boolean {
    return this.#isCalm;
  }

  /** Whether the picture must stop until the smaller one is there, because hardly anything of it gets through. */
  get isSevere(): boolean {
    return this.#isSevere;
  }

  get current(): Decision {
    return { selection: this.#selection, cause: this.#cause };
  }

  /** Something else was decided elsewhere: by the viewer, over a former link, or by what the presenter sends. */
  assume(selection: Selection, at: number, cause: CongestionCause | null = null): void {
    this.#turn(selection, at, cause, null);
  }

  /**
   * Takes a sample, about one a second.
   * @param offered the tiers that can be sent, the largest first; at least one
   * @param sent what is sent: less than was decided if the page can show no more
   */
  look(sample: ReceptionSample, offered: readonly TierRate[], sent = this.#selection): Decision {
    if (this.#selection !== 'sound' && !offered.some(({ tier }) => tier === this.#selection)) {
      this.#replace(offered, sample.at);
      return this.current;
    }
    if (this.#selection === 'sound') {
      // Nothing is known about a picture that is not sent.
      this.#mayStepUp(sample, offered);
      return this.current;
    }
    const usualKbps = offered.find(({ tier }) => tier === sent)?.kbps ?? 0;
    const found = this.#detector.look(sample, usualKbps);
    const congestion = sample.at < this.#drainsUntil ? null : found;
    this.#isCalm = !this.#detector.isStrained(sample, { lossFraction: 0, nacks: 0 });
    if (this.#isBlindStep && !this.#isCalm) this.#stepDown(congestion ?? blindFailure, sample, offered, sent);
    else if (this.#probe !== null && this.#detector.isStrained(sample, this.#probe.before)) this.probeFailed(sample.at);
    else if (sent === this.#selection && this.#judgeLoss(sample, congestion)) return this.current;
    else if (congestion !== null) this.#stepDown(congestion, sample, offered, sent);
    // Of a smaller picture it is not known whether the downlink carries more, but that it carries less is.
    else if (sent === this.#selection) this.#mayStepUp(sample, offered);
    return this.current;
  }

  /** The tier is no longer sent: another one takes its place, a smaller one if the downlink is narrow. */
  #replace(offered: readonly TierRate[], at: number): void {
    const smaller = offered.filter(({ tier }) => tiers.indexOf(tier) > tiers.indexOf(this.#selection as Tier));
    const next = this.#cause === null ? offered[0] : (smaller[0] ?? offered.at(-1));
    this.#turn(next?.tier ?? 'sound', at, next === offered[0] ? null : this.#cause, null);
  }

  /** A picture was added to the sound without a probe: the first sign of trouble ends that. */
  get #isBlindStep(): boolean {
    return this.#step?.isUp === true && this.#step.from === 'sound';
  }

  /**
   * After a step down because of loss: if as large a share of much fewer packets is lost, that is a property of the
   * downlink. A congested downlink would get about as much through as before.
   * @returns whether the matter is still open, or was just settled with a return to the larger picture
   */
  #judgeLoss(sample: ReceptionSample, congestion: Congestion | null): boolean {
    const { at, sentKbps, lossFraction } = sample;
    const step = this.#step;
    if (step === null || step.loss === 0 || step.loss > mostRandomLoss) return false;
    if (this.#detector.hasQueue(sample)) return false;
    const isProportional = lossFraction > step.loss * 0.6 && sentKbps * (1 - lossFraction) < step.receivedKbps * 0.6;
    if (at - this.#changedAt < lossTrialMs) return isProportional || congestion === null;
    this.#step = null;
    if (!isProportional) return false;
    this.#detector.tolerate(step.loss);
    this.#turn(step.from, at, null, null);
    return true;
  }

  #stepDown(
    congestion: Congestion,
    { at, sentKbps }: ReceptionSample,
    offered: readonly TierRate[],
    from: Selection,
  ): void {
    const next = lowerThan(from, congestion.isSevere ? 0 : congestion.availableKbps, offered);
    // A picture that is late is better than none, and on a busy server everybody's packets are late.
    const isLate = !congestion.isSevere && congestion.cause !== 'loss';
    if (next === from || (next === 'sound' && isLate)) return;
    if (this.#step?.isUp === true && at - this.#changedAt < provenAfterMs) {
      this.#waitsUntil = at + pauseMs(pausesMs, this.#failures) * (this.#isBlindStep ? 2 : 1);
      this.#failures += 1;
    }
    const loss = congestion.cause === 'loss' ? this.#detector.loss : 0;
    const step = { isUp: false, from, loss, receivedKbps: sentKbps * (1 - loss) };
    this.#turn(next, at, congestion.cause, step);
    this.#isSevere = congestion.isSevere;
  }

  #mayStepUp(sample: ReceptionSample, offered: readonly TierRate[]): void {
    const { at } = sample;
    if (this.#step?.isUp === true && at - this.#changedAt >= provenAfterMs) {
      this.#step = null;
      this.#failures = 0;
      this.#failedProbes = 0;
    }
    const larger = this.#larger(offered);
    if (larger === null) {
      this.#probe = null;
    } else if (this.#probe !== null) {
      if (this.#probe.kbps >= larger.kbps * probe.margin) this.#stepUp(larger, sample, offered);
      else this.#probe.kbps = Math.min(this.#probe.kbps * probe.growth, (offered[0]?.kbps ?? 0) * probe.margin);
    } else {
      const isEstimated = sample.estimateKbps !== null && sample.estimateKbps > larger.kbps;
      if (at - this.#changedAt < this.#calmMs(isEstimated) || at < this.#waitsUntil) return;
      // Without a picture, there is nothing to pad.
      if (this.#selection === 'sound') this.#stepUp(larger, sample, offered);
      else this.#probe = { kbps: this.#firstProbe(sample, isEstimated ? larger.kbps : 0), before: sample };
    }
  }

  #firstProbe({ sentKbps }: ReceptionSample, estimatedKbps: number): number {
    return Math.max(sentKbps * probe.growth, estimatedKbps, this.#failedKbps * probe.again);
  }

  #calmMs(isEstimated: boolean): number {
    if (this.#selection === 'sound') return calmMs.withoutPicture;
    if (this.#isBlindStep) return provenAfterMs;
    if (this.#step?.isUp === true) return calmMs.afterUp;
    return isEstimated ? calmMs.ifEstimated : calmMs.afterDown;
  }

  /** A probe goes on if there is a yet larger tier. */
  #stepUp({ tier }: TierRate, { at }: ReceptionSample, offered: readonly TierRate[]): void {
    const going = this.#probe;
    const isLargest = tier === offered[0]?.tier;
    this.#turn(tier, at, isLargest ? null : this.#cause, {
      isUp: true,
      from: this.#selection,
      loss: 0,
      receivedKbps: 0,
    });
    if (!isLargest) this.#probe = going;
  }

  /** The padding was too much; the queue that it made says nothing about the picture. */
  probeFailed(at: number): void {
    if (this.#probe === null) return;
    this.#failedKbps = this.#probe.kbps;
    this.#probe = null;
    this.#drainsUntil = at + drainingMs;
    this.#waitsUntil = Math.max(this.#waitsUntil, at + pauseMs(probePausesMs, this.#failedProbes));
    this.#failedProbes += 1;
    this.#detector.restart();
  }

  #larger(offered: readonly TierRate[]): TierRate | null {
    if (this.#selection === 'sound') return offered.at(-1) ?? null;
    return offered[offered.findIndex(({ tier }) => tier === this.#selection) - 1] ?? null;
  }

  #turn(selection: Selection, at: number, cause: CongestionCause | null, step: Step | null): void {
    this.#selection = selection;
    this.#cause = cause;
    this.#changedAt = at;
    this.#step = step;
    this.#probe = null;
    this.#failedKbps = 0;
    this.#isSevere = false;
    this.#detector.restart();
  }
}

/** The largest tier below `from` that `availableKbps` carries; the smallest, or no picture, if none does. */
function lowerThan(from: Selection, availableKbps: number, offered: readonly TierRate[]): Selection {
  const below = from === 'sound' ? [] : offered.slice(offered.findIndex(({ tier }) => tier === from) + 1);
  const fitting = below.find(({ kbps }) => kbps <= availableKbps * headroom);
  return fitting?.tier ?? below.at(-1)?.tier ?? 'sound';
}

/** The pause after an attempt that failed after so many others. */
function pauseMs(pauses: readonly number[], failures: number): number {
  return pauses[Math.min(failures, pauses.length - 1)] ?? 0;
}

import type { CongestionCause, Selection, Tier } from '../../../lib/tiers.ts';
import { type Congestion, CongestionDetector, type ReceptionSample } from './congestion.ts';

/** A tier that can be sent, and its bitrate in kbit/s. */
export type TierRate = { tier: Tier; kbps: number };

/** What a viewer should be sent, and why, if it is not the best. */
export type Decision = { selection: Selection; cause: CongestionCause | null };

/** A change of tier. `loss` is the share that was lost before it, if that was its cause, and `receivedKbps` the rest. */
type Step = { isUp: boolean; from: Selection; loss: number; receivedKbps: number };

/** A share of the bitrate stays free for sound, retransmissions and the ups and downs of an encoder. */
const headroom = 0.85;
/** The time without congestion before a larger picture is tried, in milliseconds … */
const calmMs = 8_000;
/** … and after attempts that failed, one after the other; the last one is repeated. */
const pausesMs = [30_000, 60_000, 120_000];
/** An attempt has failed if the downlink is congested within this time, in milliseconds. */
const provenAfterMs = 8_000;
/** How long a smaller picture is watched to see whether loss depends on the bitrate, in milliseconds. */
const lossTrialMs = 4_000;

/**
 * Decides which tier suits a viewer's downlink: down as soon as it is congested, up after a calm time, with pauses that
 * grow after attempts that were wrong. Loss that stays when much less is sent is a property of the downlink, and then the
 * larger picture returns.
 */
export class TierDecision {
  readonly #detector = new CongestionDetector();
  #selection: Selection = 'high';
  #cause: CongestionCause | null = null;
  #changedAt = Number.NEGATIVE_INFINITY;
  /** The last step, as long as it may turn out to be wrong. */
  #step: Step | null = null;
  #failures = 0;
  #failedAt = Number.NEGATIVE_INFINITY;

  get current(): Decision {
    return { selection: this.#selection, cause: this.#cause };
  }

  /** Something else was decided elsewhere: by the viewer, or by what the presenter sends. */
  assume(selection: Selection, at: number): void {
    this.#turn(selection, at, null, null);
  }

  /**
   * Takes a sample, about one a second.
   * @param offered the tiers that can be sent, the largest first; at least one
   * @param sent what is sent: less than was decided if the page can show no more
   */
  look(sample: ReceptionSample, offered: readonly TierRate[], sent = this.#selection): Decision {
    if (this.#selection !== 'sound' && !offered.some(({ tier }) => tier === this.#selection)) {
      this.#turn(offered[0]?.tier ?? 'sound', sample.at, null, null);
      return this.current;
    }
    const congestion = this.#detector.look(sample);
    if (sent !== this.#selection) {
      // It is not known whether the downlink carries more, but that it carries less is.
      if (congestion !== null) this.#stepDown(congestion, sample, offered, sent);
    } else if (!this.#judgeLoss(sample, congestion)) {
      if (congestion !== null) this.#stepDown(congestion, sample, offered, sent);
      else this.#mayStepUp(sample.at, offered);
    }
    return this.current;
  }

  /**
   * After a step down because of loss: if as large a share of much fewer packets is lost, that is a property of the
   * downlink. A congested downlink would get about as much through as before.
   * @returns whether the matter is still open, or was just settled with a return to the larger picture
   */
  #judgeLoss({ at, sentKbps, lossFraction }: ReceptionSample, congestion: Congestion | null): boolean {
    const step = this.#step;
    if (step === null || step.loss === 0) return false;
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
    const next = lowerThan(from, congestion.availableKbps, offered);
    if (next === from) return;
    if (this.#step?.isUp === true && at - this.#changedAt < provenAfterMs) {
      this.#failures += 1;
      this.#failedAt = at;
    }
    const loss = congestion.cause === 'loss' ? this.#detector.loss : 0;
    const step = { isUp: false, from, loss, receivedKbps: sentKbps * (1 - loss) };
    this.#turn(next, at, congestion.cause, step);
  }

  #mayStepUp(at: number, offered: readonly TierRate[]): void {
    if (this.#step?.isUp === true && at - this.#changedAt >= provenAfterMs) {
      this.#step = null;
      this.#failures = 0;
    }
    const pauseMs = this.#failures === 0 ? 0 : (pausesMs[this.#failures - 1] ?? pausesMs.at(-1) ?? 0);
    if (at - this.#changedAt < calmMs || at - this.#failedAt < pauseMs) return;
    const larger = this.#larger(offered);
    if (larger === null) return;
    const cause = larger === offered[0]?.tier ? null : this.#cause;
    this.#turn(larger, at, cause, { isUp: true, from: this.#selection, loss: 0, receivedKbps: 0 });
  }

  #larger(offered: readonly TierRate[]): Tier | null {
    if (this.#selection === 'sound') return offered.at(-1)?.tier ?? null;
    return offered[offered.findIndex(({ tier }) => tier === this.#selection) - 1]?.tier ?? null;
  }

  #turn(selection: Selection, at: number, cause: CongestionCause | null, step: Step | null): void {
    this.#selection = selection;
    this.#cause = cause;
    this.#changedAt = at;
    this.#step = step;
    this.#detector.restart();
  }
}

/** The largest tier below `from` that `availableKbps` carries; the smallest, or no picture, if none does. */
function lowerThan(from: Selection, availableKbps: number, offered: readonly TierRate[]): Selection {
  const below = from === 'sound' ? [] : offered.slice(offered.findIndex(({ tier }) => tier === from) + 1);
  const fitting = below.find(({ kbps }) => kbps <= availableKbps * headroom);
  return fitting?.tier ?? below.at(-1)?.tier ?? 'sound';
}

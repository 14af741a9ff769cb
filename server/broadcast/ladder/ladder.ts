import { isDeepStrictEqual } from 'node:util';
import {
  type LowerTier,
  type PictureChoice,
  type Selection,
  type SentPicture,
  type Tier,
  tiers,
} from '../../../lib/tiers.ts';
import type { Logger } from '../../logger.ts';
import type { ViewerFeedback, ViewerLink } from '../media-gateway.ts';
import { sampleBetween, type TimedFeedback } from './congestion.ts';
import { TierDecision, type TierRate } from './tier-decision.ts';
import { TierRates } from './tier-rates.ts';

/** All selections, the largest first. */
const order: readonly Selection[] = [...tiers, 'sound'];

/** What a viewer is to be sent, and why it is not the best. */
type Goal = Pick<SentPicture, 'selection' | 'cause'>;

/** The parts of a ladder. */
type LadderParts = {
  logger: Logger;
  /** Called with the lower tiers that viewers need from now on; the presenter is to send these, and no others. */
  wanted: (tiers: readonly LowerTier[]) => void;
  /** Called when another number of viewers has a narrow downlink. */
  narrowed: () => void;
  /** A monotonic time in milliseconds. */
  now?: () => number;
};

/** One viewer of the ladder. */
type Viewer = {
  readonly link: ViewerLink;
  /** Called when the viewer is sent something else, or can choose from something else. */
  readonly changed: (sent: SentPicture) => void;
  /** The last call. */
  told: SentPicture | null;
  readonly decision: TierDecision;
  choice: PictureChoice;
  /** The largest tier that the viewer's page can show. */
  limit: Tier;
  sent: Selection;
  /** When samples are about that alone, on the ladder's clock. */
  settledAt: number;
  /** Since when the picture is stopped to let a queue drain, until the smaller one flows; `null` if it is not. */
  stoppedAt: number | null;
  /** The last feedback, and when it was. */
  last: TimedFeedback | null;
  isAsked: boolean;
  /** The bitrate up to which the media server pads what is sent, in kbit/s; 0 for no padding. */
  probedKbps: number;
};

const sampleEveryMs = 1_000;
/** A tier that nobody watches any more is wanted for this long, in case somebody needs it again. */
const lingerMs = 5_000;
/** The most that the start of a tier takes. */
const startMs = 3_000;
/** A sample within this time after a change is about the former tier as well, and after a step down about its queue. */
const settlingMs = { afterUp: 900, afterDown: 2_500 } as const;

/**
 * The tiers of one show and who watches which. Every second it asks the media server how well each viewer receives, and
 * moves those whose downlink carries less, or more. A tier that the presenter does not send yet is asked for, and viewers
 * are moved as soon as it flows.
 */
export class Ladder {
  readonly #parts: LadderParts;
  readonly #now: () => number;
  readonly #viewers = new Map<string, Viewer>();
  /** The lower tiers that the presenter has a link for, and whether they flow. */
  readonly #lower = new Map<LowerTier, boolean>();
  readonly #neededAt = new Map<LowerTier, number>();
  readonly #rates = new TierRates();
  #sizes: Readonly<Partial<Record<Tier, number | null>>> = {};
  #wanted: readonly LowerTier[] = [];
  #narrow = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LadderParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
  }

  /** The number of viewers whose downlink carries less than the best. */
  get narrow(): number {
    return this.#narrow;
  }

  /** A viewer's link is open; it sends the high tier. */
  add(id: string, link: ViewerLink, changed: Viewer['changed']): void {
    const sent = { choice: 'auto', limit: 'high', sent: 'high', settledAt: this.#now() } as const;
    const state = { stoppedAt: null, last: null, isAsked: false, told: null, probedKbps: 0 };
    const viewer: Viewer = { link, changed, decision: new TierDecision(), ...sent, ...state };
    this.#viewers.set(id, viewer);
    this.#tell(viewer);
    this.#timer ??= setInterval(() => this.#sampleAll(), sampleEveryMs);
  }

  remove(id: string): void {
    this.#viewers.delete(id);
    this.#count();
    if (this.#viewers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /**
   * The viewer chooses, and says how much the page can show.
   * @param before what the downlink carried over a former link, if that was not the best
   */
  choose(id: string, choice: PictureChoice, limit: Tier, before?: Selection): void {
    const viewer = this.#viewers.get(id);
    if (viewer === undefined) return;
    // Samples from before this choice say nothing about what is decided after it.
    const { selection, cause } =
      before === undefined ? viewer.decision.current : ({ selection: before, cause: 'delay' } as const);
    viewer.decision.assume(selection, this.#now(), cause);
    Object.assign(viewer, { choice, limit });
    this.#apply(viewer);
    this.#probe(viewer);
    this.#review();
  }

  /** The presenter has a link for a lower tier (`false` until it flows), or none any more (`null`). */
  tierChanged(tier: LowerTier, flowing: boolean | null): void {
    if (flowing === null) this.#lower.delete(tier);
    else this.#lower.set(tier, flowing);
    for (const viewer of this.#viewers.values()) this.#apply(viewer);
    this.#review();
  }

  /** The short sides of the pictures, in pixels. */
  measured(sizes: Readonly<Record<Tier, number | null>>): void {
    this.#sizes = sizes;
    for (const viewer of this.#viewers.values()) this.#tell(viewer);
  }

  /** The presenter is gone, with all tiers. */
  presenterGone(): void {
    for (const tier of [...this.#lower.keys()]) this.tierChanged(tier, null);
    this.#wanted = [];
  }

  close(): void {
    clearInterval(this.#timer);
    this.#viewers.clear();
  }

  #sampleAll(): void {
    for (const [id, viewer] of this.#viewers) {
      // A media server that is slow to answer is not asked again meanwhile.
      if (viewer.isAsked) continue;
      viewer.isAsked = true;
      viewer.link.feedback().then(
        (feedback) => {
          viewer.isAsked = false;
          if (this.#viewers.get(id) === viewer) this.#sampled(viewer, feedback);
        },
        () => {
          // The link is about to close, or the media server is gone; that is reported elsewhere.
          viewer.isAsked = false;
        },
      );
    }
    this.#review();
    this.#count();
  }

  #count(): void {
    const narrow = [...this.#viewers.values()].filter(({ told }) => told !== null && told.cause !== null).length;
    if (narrow === this.#narrow) return;
    this.#narrow = narrow;
    this.#parts.narrowed();
  }

  #sampled(viewer: Viewer, feedback: ViewerFeedback): void {
    const at = this.#now();
    const { last } = viewer;
    viewer.last = { at, feedback };
    if (last === null || at <= last.at) return;
    const sample = sampleBetween(last, viewer.last);
    const { selection } = this.#goalOf(viewer);
    // Something that was asked for may never come.
    if (viewer.stoppedAt !== null) this.#apply(viewer);
    // On the way to another tier, a sample would be about the wrong one.
    if (selection !== viewer.sent || at < viewer.settledAt) return;
    if (viewer.choice === 'auto') {
      const decision = viewer.decision.look(sample, this.#offered(), selection);
      if (viewer.decision.isCalm) this.#rates.note(selection, sample.sentKbps);
      this.#apply(viewer);
      if (decision.selection !== selection) this.#review();
    }
    this.#probe(viewer);
  }

  /** Has the media server pad what is sent, as far as the decision asks for it, or ends that. */
  #probe(viewer: Viewer): void {
    const isProbed = viewer.choice === 'auto' && this.#goalOf(viewer).selection === viewer.sent;
    const kbps = isProbed ? Math.round(viewer.decision.probeKbps) : 0;
    if (kbps === 0 && viewer.probedKbps === 0) return;
    viewer.probedKbps = kbps;
    viewer.link.probe(kbps).then(
      (isCarried) => {
        if (!isCarried) viewer.decision.probeFailed(this.#now());
      },
      (error: unknown) => this.#parts.logger.debug({ err: error, kbps }, 'A downlink could not be probed'),
    );
  }

  /** The tiers that the presenter can send, the largest first. */
  get #present(): Tier[] {
    return tiers.filter((tier) => tier === 'high' || this.#lower.has(tier));
  }

  #offered(): TierRate[] {
    return this.#present.map((tier) => ({ tier, kbps: this.#rates.of(tier) }));
  }

  /** What the viewer is to be sent once everything that is needed flows. */
  #goalOf(viewer: Viewer): Goal {
    if (viewer.choice !== 'auto') return { selection: viewer.choice, cause: null };
    const { selection, cause } = viewer.decision.current;
    if (selection === 'sound') return { selection, cause };
    const present = this.#present;
    const shown =
      present.find((tier) => tiers.indexOf(tier) >= tiers.indexOf(viewer.limit)) ?? present.at(-1) ?? 'high';
    if (tiers.indexOf(selection) < tiers.indexOf(shown)) return { selection: shown, cause: null };
    return present.includes(selection) ? { selection, cause } : { selection: 'high', cause };
  }

  /** Moves a viewer to where they should be, if that flows. Until then, and without it, they keep what they have. */
  #apply(viewer: Viewer): void {
    const { selection } = this.#goalOf(viewer);
    const isThere = (wanted: Selection) => wanted === 'sound' || wanted === 'high' || this.#lower.get(wanted) === true;
    const next = isThere(selection) ? selection : isThere(viewer.sent) ? viewer.sent : 'high';
    const isStopped = next !== selection && viewer.decision.isSevere && this.#isSoonThere(viewer);
    if (isStopped && viewer.stoppedAt === null) this.#stop(viewer);
    else if (next !== viewer.sent || (viewer.stoppedAt !== null && !isStopped)) this.#send(viewer, next);
    this.#tell(viewer);
  }

  /** A tier that was asked for flows within a moment, or something is wrong with it. */
  #isSoonThere({ stoppedAt }: Viewer): boolean {
    return stoppedAt === null || this.#now() - stoppedAt < startMs;
  }

  /** Sends no picture for a moment, so that the smaller one need not queue behind the larger one. */
  #stop(viewer: Viewer): void {
    viewer.stoppedAt = this.#now();
    this.#select(viewer, 'sound');
  }

  #send(viewer: Viewer, next: Selection): void {
    const isUp = order.indexOf(next) < order.indexOf(viewer.sent);
    const settledAt = this.#now() + (isUp ? settlingMs.afterUp : settlingMs.afterDown);
    Object.assign(viewer, { sent: next, settledAt, stoppedAt: null });
    this.#select(viewer, next);
  }

  #select(viewer: Viewer, next: Selection): void {
    viewer.link.select(next).catch((error: unknown) => {
      this.#parts.logger.debug({ err: error, selection: next }, 'A viewer could not be moved to another tier');
    });
  }

  /** Tells the viewer what there is, if that has changed. */
  #tell(viewer: Viewer): void {
    const { selection, cause } = this.#goalOf(viewer);
    const told = {
      selection: viewer.sent,
      cause: viewer.sent === selection ? cause : null,
      offered: this.#present.map((tier) => ({ tier, size: this.#sizes[tier] ?? null })),
    };
    if (isDeepStrictEqual(told, viewer.told)) return;
    viewer.told = told;
    viewer.changed(told);
  }

  /** Tells which lower tiers are needed, if that has changed. */
  #review(): void {
    const now = this.#now();
    for (const viewer of this.#viewers.values()) {
      for (const selection of [this.#goalOf(viewer).selection, viewer.sent]) {
        if (selection !== 'sound' && selection !== 'high') this.#neededAt.set(selection, now);
      }
    }
    const wanted = [...this.#lower.keys()].filter((tier) => now - (this.#neededAt.get(tier) ?? -Infinity) < lingerMs);
    if (wanted.length === this.#wanted.length && wanted.every((tier) => this.#wanted.includes(tier))) return;
    this.#wanted = wanted;
    this.#parts.wanted(wanted);
  }
}

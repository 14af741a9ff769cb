import { isDeepStrictEqual } from 'node:util';
import {
  type OnDemandStream,
  type PictureChoice,
  type Selection,
  type SentPicture,
  type Sound,
  type Tier,
  tiers,
} from '../../../lib/tiers.ts';
import type { Logger } from '../../logger.ts';
import type { ViewerFeedback, ViewerLink } from '../media-gateway.ts';
import { sampleBetween } from './congestion.ts';
import type { LadderViewer as Viewer } from './ladder-viewer.ts';
import { OnDemandStreams } from './on-demand-streams.ts';
import { TierDecision, type TierRate } from './tier-decision.ts';
import { TierRates } from './tier-rates.ts';

/** All selections, the largest first. */
const order: readonly Selection[] = [...tiers, 'sound'];

/** What a viewer is to be sent, and why it is not the best. */
type Goal = Pick<SentPicture, 'selection' | 'cause'>;

/** The parts of a ladder. */
type LadderParts = {
  logger: Logger;
  /** Called with what viewers need from now on; the presenter is to send that beside the main link, and nothing else. */
  wanted: (streams: readonly OnDemandStream[]) => void;
  /** Called when another number of viewers has a narrow downlink. */
  narrowed: () => void;
  /** A monotonic time in milliseconds. */
  now?: () => number;
};

const sampleEveryMs = 1_000;
/** The most that the start of a tier takes. */
const startMs = 3_000;
/** A sample within this time after a change is about the former tier as well, and after a step down about its queue. */
const settlingMs = { afterUp: 900, afterDown: 2_500 } as const;

/**
 * The tiers of one show and who watches which. Every second it asks the media server how well each viewer receives, and
 * moves those whose downlink carries less, or more. A tier that the presenter does not send yet is asked for, and viewers
 * are moved as soon as it flows. Where no picture gets through, the sound becomes light in the same way.
 */
export class Ladder {
  readonly #parts: LadderParts;
  readonly #now: () => number;
  readonly #viewers = new Map<string, Viewer>();
  readonly #onDemand = new OnDemandStreams();
  readonly #rates = new TierRates();
  #sizes: Readonly<Partial<Record<Tier, number | null>>> = {};
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
    const sent = { choice: 'auto', limit: 'high', sent: 'high', sound: 'full', settledAt: this.#now() } as const;
    const state = { stoppedAt: null, last: null, isAsked: false, announced: null, probedKbps: 0 };
    const viewer: Viewer = { link, changed, decision: new TierDecision(), ...sent, ...state };
    this.#viewers.set(id, viewer);
    this.#notify(viewer);
    this.#timer ??= setInterval(() => this.#sampleAll(), sampleEveryMs);
  }

  /** Another link is to take the place of a viewer's: it sends the same from now on. */
  align(id: string, link: ViewerLink): void {
    const viewer = this.#viewers.get(id);
    if (viewer === undefined || viewer.stoppedAt !== null) return;
    link.select(viewer.sent, viewer.sound).catch((error: unknown) => this.#selectionFailed(error, viewer.sent));
  }

  /** Another link has taken the place of a viewer's. What was decided still holds. */
  moved(id: string, link: ViewerLink): void {
    const viewer = this.#viewers.get(id);
    if (viewer === undefined) return;
    Object.assign(viewer, { link, last: null, probedKbps: 0, settledAt: this.#now() + settlingMs.afterUp });
    this.#select(viewer, viewer.stoppedAt === null ? viewer.sent : 'sound');
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

  /** The presenter has a link for a stream beside the main one (`false` until it flows), or none any more (`null`). */
  streamChanged(stream: OnDemandStream, flowing: boolean | null): void {
    this.#onDemand.set(stream, flowing);
    for (const viewer of this.#viewers.values()) this.#apply(viewer);
    this.#review();
  }

  /** The short sides of the pictures, in pixels. */
  measured(sizes: Readonly<Record<Tier, number | null>>): void {
    this.#sizes = sizes;
    for (const viewer of this.#viewers.values()) this.#notify(viewer);
  }

  /** The presenter is gone, with all tiers. */
  presenterGone(): void {
    this.#onDemand.clear();
    for (const viewer of this.#viewers.values()) this.#apply(viewer);
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
    const narrow = [...this.#viewers.values()].filter(
      ({ announced }) => announced !== null && announced.cause !== null,
    ).length;
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
    return tiers.filter((tier) => tier === 'high' || this.#onDemand.has(tier));
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
    const isThere = (wanted: Selection) => wanted === 'sound' || wanted === 'high' || this.#onDemand.flows(wanted);
    const next = isThere(selection) ? selection : isThere(viewer.sent) ? viewer.sent : 'high';
    // A tier that was asked for flows within a moment, or something is wrong with it.
    const isLate = viewer.stoppedAt !== null && this.#now() - viewer.stoppedAt >= startMs;
    const isStopped = next !== selection && viewer.decision.isSevere && !isLate;
    if (isStopped && viewer.stoppedAt === null) this.#stop(viewer);
    else if (next !== viewer.sent || (viewer.stoppedAt !== null && !isStopped)) this.#send(viewer, next);
    else if (viewer.stoppedAt === null && this.#soundFor(viewer) !== viewer.sound) this.#select(viewer, next);
    this.#notify(viewer);
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

  /** A viewer whose downlink carries no picture needs the light sound; one who wants no picture has the full one. */
  #needsLightSound(viewer: Viewer): boolean {
    return viewer.choice === 'auto' && viewer.decision.current.selection === 'sound';
  }

  #soundFor(viewer: Viewer): Sound {
    return this.#needsLightSound(viewer) && this.#onDemand.flows('light-sound') ? 'light' : 'full';
  }

  #select(viewer: Viewer, next: Selection): void {
    viewer.sound = this.#soundFor(viewer);
    viewer.link.select(next, viewer.sound).catch((error: unknown) => this.#selectionFailed(error, next));
  }

  #selectionFailed(error: unknown, selection: Selection): void {
    this.#parts.logger.debug({ err: error, selection }, 'A viewer could not be moved to another tier');
  }

  /** Tells the viewer what there is, if that has changed. */
  #notify(viewer: Viewer): void {
    const { selection, cause } = this.#goalOf(viewer);
    const announced = {
      selection: viewer.sent,
      cause: viewer.sent === selection ? cause : null,
      offered: this.#present.map((tier) => ({ tier, size: this.#sizes[tier] ?? null })),
    };
    if (isDeepStrictEqual(announced, viewer.announced)) return;
    viewer.announced = announced;
    viewer.changed(announced);
  }

  /** Tells what the presenter is to send, if that has changed. */
  #review(): void {
    const now = this.#now();
    for (const viewer of this.#viewers.values()) {
      for (const selection of [this.#goalOf(viewer).selection, viewer.sent]) {
        if (selection !== 'sound' && selection !== 'high') this.#onDemand.need(selection, now);
      }
      if (this.#needsLightSound(viewer)) this.#onDemand.need('light-sound', now);
    }
    const wanted = this.#onDemand.review(now);
    if (wanted !== null) this.#parts.wanted(wanted);
  }
}

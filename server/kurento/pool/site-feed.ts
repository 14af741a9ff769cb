import type { AppError } from '../../../lib/errors.ts';
import type { Tier } from '../../../lib/tiers.ts';
import { type Closable, Closer } from '../../closer.ts';
import type { Logger } from '../../logger.ts';
import { closedMeanwhile, toAppError } from '../kurento-errors.ts';
import type { KurentoPipeline } from '../kurento-pipeline.ts';
import { type Bridge, openBridge } from './bridge.ts';

/** Another site of the show, from which bridges come. */
export interface FeedSource {
  readonly pipeline: Promise<KurentoPipeline>;
  /** Resolves when the tier can come through; see {@link SiteFeed.need}. */
  need(tier: Tier, maxVideoKbps: number): Promise<void>;
  /** Somebody behind the source needs a keyframe. */
  refresh(tier: Tier): void;
}

/** The parts of what feeds a site. */
export type SiteFeedParts = {
  /** The pipeline that is fed. */
  pipeline: () => Promise<KurentoPipeline>;
  /** The codec of the picture; `null` while it is not known. */
  videoCodec: () => string | null;
  logger: Logger;
  /** A bridge has failed for good: the site has to end, or to get another source. */
  broke: (error: AppError) => void;
};

/**
 * What feeds a site: bridges from another site, one for each tier that somebody here or further down the tree has needed;
 * or, at the origin, the presenter.
 */
export class SiteFeed implements Closable {
  readonly #parts: SiteFeedParts;
  readonly #closer = new Closer();
  readonly #closed = new AbortController();
  readonly #bridges = new Map<Tier, Promise<Bridge>>();
  /** The tiers that somebody has needed, each with the most that the picture may have, in kbit/s. */
  readonly #tiers = new Map<Tier, number>();
  #source: FeedSource | null;
  #refed: Promise<void> = Promise.resolve();
  #isChanging = false;

  /** @param source `null` if the presenter feeds the site */
  constructor(parts: SiteFeedParts, source: FeedSource | null) {
    this.#parts = parts;
    this.#source = source;
  }

  /** Resolves when bridges have taken the place of what fed the site before. Never rejects. */
  get refed(): Promise<void> {
    return this.#refed;
  }

  /** Whether the source was changed, and not all of its bridges are connected yet. */
  get isChanging(): boolean {
    return this.#isChanging;
  }

  /**
   * Opens the bridge for a tier, unless there is one or the presenter is here, and those further up the tree.
   * @returns when they are negotiated
   * @throws AppError if this bridge fails; those further up report that themselves
   */
  async need(tier: Tier, maxVideoKbps: number): Promise<void> {
    const isFirst = !this.#tiers.has(tier);
    this.#tiers.set(tier, maxVideoKbps);
    const source = this.#source;
    if (source === null) return;
    const above = source.need(tier, maxVideoKbps).catch(() => undefined);
    const present = this.#bridges.get(tier);
    const opening = present ?? this.#open(tier, source, !isFirst);
    try {
      await Promise.all([opening, above]);
    } catch (error) {
      if (this.#closer.closed) throw closedMeanwhile();
      // One that another bridge, or the presenter, has replaced is of no interest.
      if (this.#bridges.get(tier) !== opening) return await this.need(tier, maxVideoKbps);
      if (present === undefined) this.#parts.broke(toAppError(error, 'openBridge'));
      throw error;
    }
    // What connects the bridge asks the source for a keyframe, which may have no way to pass that on.
    if (present === undefined) source.refresh(tier);
  }

  /** Somebody who is fed from here needs a keyframe: asks for it on the whole way up. */
  refresh(tier: Tier): void {
    this.#source?.refresh(tier);
    // A bridge that fails is reported by its opening.
    this.#bridges
      .get(tier)
      ?.then((bridge) => bridge.refresh())
      .catch(() => undefined);
  }

  /**
   * Bridges from another source take the place of what has fed the site, each as soon as it is connected.
   * @param source `null` if that is the presenter
   */
  change(source: FeedSource | null): void {
    const former = [...this.#bridges.values()];
    this.#source = source;
    this.#bridges.clear();
    const opening = source === null ? [] : [...this.#tiers].map(([tier, kbps]) => this.need(tier, kbps));
    this.#isChanging = opening.length > 0;
    const refed = Promise.allSettled(opening).then(async () => {
      if (this.#refed === refed) this.#isChanging = false;
      for (const bridge of former) await bridge.then((it) => it.close()).catch(() => undefined);
    });
    this.#refed = refed;
  }

  close(): Promise<void> {
    this.#closed.abort();
    return this.#closer.close();
  }

  #open(tier: Tier, source: FeedSource, isReplacement: boolean): Promise<Bridge> {
    const { pipeline, videoCodec, logger, broke } = this.#parts;
    const isWanted = () => this.#bridges.get(tier) === opening && !this.#closer.closed;
    const open = async () => {
      const [from, to] = await Promise.all([source.pipeline, pipeline()]);
      const bridge = openBridge({
        ...{ from, to, tier, isReplacement, isWanted, logger, signal: this.#closed.signal },
        maxVideoKbps: this.#tiers.get(tier) ?? 0,
        videoCodec: videoCodec(),
        keyframeNeeded: () => this.refresh(tier),
        failed: (error) => {
          if (isWanted()) broke(error);
        },
      });
      return await this.#closer.own(bridge);
    };
    const opening = open();
    this.#bridges.set(tier, opening);
    return opening;
  }
}

import type { MediaElement, PassThrough } from 'kurento-client';
import type { Tier } from '../../lib/tiers.ts';
import type { MixedContribution } from '../broadcast/media-gateway.ts';
import type { KurentoMixer, MixedPicture } from './kurento-mixer.ts';
import type { KurentoObject } from './kurento-object.ts';

/** A presenter's link, which feeds a tier. */
export type FeedingLink = {
  /** What it feeds: the pass-through of its tier, or a mixer. */
  readonly sink: KurentoObject<MediaElement>;
  /** Feeds `sink`, in place of what fed it. @throws AppError */
  feed(sink: KurentoObject<MediaElement>): Promise<void>;
};

type Fed = { readonly link: FeedingLink; readonly maxVideoKbps: number };

type Mixer = Pick<KurentoMixer, 'presenterPort' | 'mix' | 'feed' | 'close'>;

type MixingParts = {
  openMixer: (passThrough: KurentoObject<PassThrough>, picture: MixedPicture) => Promise<Mixer>;
  passThroughOf: (tier: Tier) => Promise<KurentoObject<PassThrough>> | KurentoObject<PassThrough>;
  contributionOf: (name: string) => Promise<KurentoObject<PassThrough>>;
};

/** The size of what is mixed for each tier. */
const sizes: Readonly<Record<Tier, { width: number; height: number }>> = {
  high: { width: 1_280, height: 720 },
  middle: { width: 640, height: 360 },
  low: { width: 320, height: 180 },
};

/**
 * What feeds the pass-through of each tier: the presenter's link, or a mixer with that link and the contributions. A tier
 * has a mixer of its own, because a Composite makes one size.
 */
export class KurentoMixing {
  readonly #parts: MixingParts;
  /** The links that feed the tiers, whether directly or through a mixer. */
  readonly #fed = new Map<Tier, Fed>();
  readonly #mixers = new Map<Tier, Mixer>();
  #contributions: readonly MixedContribution[] = [];
  /** One change after the other; never rejects. */
  #changing: Promise<void> = Promise.resolve();

  constructor(parts: MixingParts) {
    this.#parts = parts;
  }

  /** What the next link for a tier has to feed; `null` for the pass-through. */
  portOf(tier: Tier): KurentoObject<MediaElement> | null {
    return this.#mixers.get(tier)?.presenterPort ?? null;
  }

  /** A link feeds a tier from now on, in place of the one before. @throws AppError */
  feeds(tier: Tier, fed: Fed): Promise<void> {
    this.#fed.set(tier, fed);
    return this.#change(() => this.#followTier(tier, fed));
  }

  /** A link has closed. */
  left(tier: Tier, link: FeedingLink): void {
    if (this.#fed.get(tier)?.link === link) this.#fed.delete(tier);
  }

  /** Mixes these contributions from now on; none means that nothing is mixed. @throws AppError */
  mix(contributions: readonly MixedContribution[]): Promise<void> {
    this.#contributions = contributions;
    return this.#change(async () => {
      // A later call has taken this one's place.
      if (this.#contributions !== contributions) return;
      if (contributions.length === 0) await this.#end();
      else await this.#followAll();
    });
  }

  /** Whatever the media server has no room for shows before any viewer is moved: all mixers are opened first. */
  async #followAll(): Promise<void> {
    const opened = new Map<Tier, Mixer>();
    try {
      for (const [tier, { maxVideoKbps }] of this.#fed) {
        if (!this.#mixers.has(tier)) opened.set(tier, await this.#openMixer(tier, maxVideoKbps));
      }
      for (const [tier, fed] of this.#fed) await this.#followTier(tier, fed, opened.get(tier));
    } finally {
      const used = new Set(this.#mixers.values());
      for (const mixer of opened.values()) if (!used.has(mixer)) await mixer.close();
    }
  }

  async #openMixer(tier: Tier, maxVideoKbps: number): Promise<Mixer> {
    return await this.#parts.openMixer(await this.#parts.passThroughOf(tier), { ...sizes[tier], maxVideoKbps });
  }

  /** Brings the mixer of a tier in line with the contributions. @param opened a mixer for it, if there was none */
  async #followTier(tier: Tier, fed: Fed, opened?: Mixer): Promise<void> {
    if (this.#fed.get(tier) !== fed) return;
    const { link } = fed;
    const passThrough = await this.#parts.passThroughOf(tier);
    const mixer = this.#mixers.get(tier);
    if (this.#contributions.length === 0) {
      // The mix may have ended while the link was opened for it.
      await link.feed(passThrough);
    } else if (mixer === undefined) {
      await this.#begin(tier, fed, passThrough, opened ?? (await this.#openMixer(tier, fed.maxVideoKbps)));
    } else {
      // The mix may have begun while the link was opened without it.
      const isInPlaceOfMix = link.sink === passThrough;
      await link.feed(mixer.presenterPort);
      await mixer.mix(this.#contributions, this.#parts.contributionOf);
      if (isInPlaceOfMix) await mixer.feed();
    }
  }

  /** Viewers go on with the presenter's own picture until everything is connected, and if that fails. */
  async #begin(tier: Tier, { link }: Fed, passThrough: KurentoObject<PassThrough>, mixer: Mixer): Promise<void> {
    // A presenter who comes back meanwhile feeds the mixer, too.
    this.#mixers.set(tier, mixer);
    try {
      await link.feed(mixer.presenterPort);
      await mixer.mix(this.#contributions, this.#parts.contributionOf);
      await mixer.feed();
    } catch (error) {
      this.#mixers.delete(tier);
      // One kind may come from the mixer already.
      await this.#fed
        .get(tier)
        ?.link.feed(passThrough)
        .catch(() => undefined);
      await mixer.close();
      throw error;
    }
  }

  async #end(): Promise<void> {
    for (const [tier, mixer] of this.#mixers) {
      const passThrough = await this.#parts.passThroughOf(tier);
      await this.#fed.get(tier)?.link.feed(passThrough);
      this.#mixers.delete(tier);
      await mixer.close();
    }
  }

  #change(change: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }
}

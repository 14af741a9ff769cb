import { AppError } from '../../../lib/errors.ts';
import { type LowerTier, lowerTiers, type OnDemandStream } from '../../../lib/tiers.ts';
import type { Logger } from '../../logger.ts';
import { openingError } from '../broadcast-errors.ts';
import type { TierRequest } from '../broadcast-types.ts';
import { type Links, linkId } from '../links.ts';
import { Ladder } from './ladder.ts';

/** The parts of the links for lower tiers. */
type TierLinksParts = {
  links: Links;
  maxVideoKbps: number;
  logger: Logger;
  /** Called with what the presenter is to send from now on, beside the main link. */
  wanted: (streams: readonly OnDemandStream[]) => void;
  /** Called when another number of viewers has a narrow downlink. */
  narrowed: () => void;
};

/** What a lower tier needs: a share of the bitrate of the whole picture, and no more than so many kbit/s. */
const needs: Readonly<Record<LowerTier, { share: number; mostKbps: number }>> = {
  middle: { share: 0.3, mostKbps: 1_000 },
  // With sound, it is to fit into 300 kbit/s.
  low: { share: 0.08, mostKbps: 150 },
};

/**
 * The links over which the presenter sends the lower tiers of the picture: one for each, beside the main link. That of
 * the low one carries the light sound, too.
 */
export class TierLinks {
  readonly ladder: Ladder;
  readonly #parts: TierLinksParts;
  /** The id in {@link Links} of each link that is open or being opened. */
  readonly #ids = new Map<LowerTier, string>();

  constructor(parts: TierLinksParts) {
    this.#parts = parts;
    this.ladder = new Ladder(parts);
  }

  /**
   * Opens the link for a tier, in place of the one before.
   * @returns the answer to the presenter's offer, and the most that the tier needs
   * @throws AppError as MediaGateway does
   */
  async open({
    peerId,
    tier,
    sdpOffer,
    ...listener
  }: TierRequest): Promise<{ sdpAnswer: string; maxVideoKbps: number }> {
    const { links, logger } = this.#parts;
    const { share, mostKbps } = needs[tier];
    const maxVideoKbps = Math.min(mostKbps, Math.round(this.#parts.maxVideoKbps * share));
    this.close(tier);
    const id = linkId(peerId, tier);
    const isCurrent = () => this.#ids.get(tier) === id;
    const lost = (error: AppError) => {
      if (isCurrent()) this.close(tier);
      listener.closed(error);
    };
    this.#ids.set(tier, id);
    listener.admitted();
    try {
      const { sdpAnswer } = await links.connect({
        peerId: id,
        isViewer: false,
        open: async (opening) =>
          (await opening).connectTier({
            tier,
            sdpOffer,
            maxVideoKbps,
            listener: {
              candidateFound: (candidate) => listener.candidateFound(candidate),
              flowChanged: (kind, flowing) => {
                if (!isCurrent()) return;
                if (kind === 'video') this.ladder.streamChanged(tier, flowing);
                else if (tier === 'low') this.ladder.streamChanged('light-sound', flowing);
              },
              unplayable: () =>
                lost(new AppError('no-common-codec', 'The media server accepts no codec of this tier.')),
              failed: (error) => {
                logger.debug({ err: error, tier }, 'The link of a tier failed');
                lost(error);
              },
            },
          }),
        lost,
      });
      if (isCurrent()) this.#opened(tier);
      return { sdpAnswer, maxVideoKbps };
    } catch (error) {
      if (isCurrent()) this.close(tier);
      throw openingError(error);
    }
  }

  #opened(tier: LowerTier): void {
    this.ladder.streamChanged(tier, false);
    // Whether the link carries sound as well shows when it flows.
    if (tier === 'low') this.ladder.streamChanged('light-sound', false);
  }

  /** Closes the link of a tier; does nothing if there is none. */
  close(tier: LowerTier): void {
    const id = this.#ids.get(tier);
    if (id === undefined) return;
    this.#ids.delete(tier);
    this.#parts.links.leave(id);
    this.ladder.streamChanged(tier, null);
    if (tier === 'low') this.ladder.streamChanged('light-sound', null);
  }

  /** Nobody presents now, so there are no lower tiers. */
  presenterGone(): void {
    for (const tier of lowerTiers) this.close(tier);
    this.ladder.presenterGone();
  }
}

import { z } from 'zod';

/**
 * The tiers of a show's picture (simulcast layers, in other systems), the largest first. `high` is the picture as the
 * presenter chose it. Each lower one is a stream of its own with fewer pixels and a lower bitrate.
 */
export const tiers = ['high', 'middle', 'low'] as const;

export type Tier = (typeof tiers)[number];

/** A tier beside the presenter's own picture. */
export type LowerTier = Exclude<Tier, 'high'>;

/** What a viewer is sent: the sound with the picture of a tier, or the sound alone. */
export type Selection = Tier | 'sound';

/** What a viewer wants to be sent: what suits the downlink, or always the same. */
export type PictureChoice = 'auto' | Selection;

/** A tier that the presenter can send, with the short side of its picture in pixels; `null` while that is not known. */
export type OfferedTier = { tier: Tier; size: number | null };

/**
 * What a viewer is sent, and what there is to choose from, the largest first. `cause` is `null` unless the downlink carries
 * no more.
 */
export type SentPicture = {
  selection: Selection;
  cause: CongestionCause | null;
  offered: readonly OfferedTier[];
};

/** Why a viewer is sent less than the best: packets wait on their way, are lost, or the browser asks for less. */
export type CongestionCause = 'delay' | 'loss' | 'estimate';

export const lowerTierSchema = z.enum(['middle', 'low']) satisfies z.ZodType<LowerTier>;
export const tierSchema = z.enum(tiers);
export const pictureChoiceSchema = z.enum(['auto', ...tiers, 'sound']) satisfies z.ZodType<PictureChoice>;

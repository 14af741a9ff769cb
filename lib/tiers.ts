/**
 * The tiers of a show's picture (simulcast layers, in other systems), the largest first. `high` is the picture as the
 * presenter chose it. Each lower one is a stream of its own with fewer pixels and a lower bitrate.
 */
export const tiers = ['high', 'middle', 'low'] as const;

export type Tier = (typeof tiers)[number];

/** The tiers beside the presenter's own picture, the larger first. */
export const lowerTiers = ['middle', 'low'] as const satisfies readonly Tier[];

export type LowerTier = (typeof lowerTiers)[number];

/**
 * The sound as the presenter chose it, or with so few bits that a downlink carries it which carries no picture. The light
 * sound travels over the link of the low tier.
 */
export type Sound = 'full' | 'light';

/** What a presenter sends only while a viewer needs it. */
export type OnDemandStream = LowerTier | 'light-sound';

/** What a viewer is sent: the sound with the picture of a tier, or the sound alone. */
export type Selection = Tier | 'sound';

/** What a viewer wants to be sent: what suits the downlink, or always the same. */
export type PictureChoice = 'auto' | Selection;

/** All choices. */
export const pictureChoices = ['auto', ...tiers, 'sound'] as const satisfies readonly PictureChoice[];

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

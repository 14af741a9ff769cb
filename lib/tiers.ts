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

import { z } from 'zod';
import type { ErrorBody } from '../errors.ts';
import { type LowerTier, lowerTiers, type OnDemandStream, pictureChoices, type SentPicture, tiers } from '../tiers.ts';

/*
 * The part of the contract in signaling.ts about the tiers of the picture.
 */

const lowerTierSchema = z.enum(lowerTiers);

/** In pixels; `null` if there is no such picture. */
const sizeSchema = z.number().int().min(1).max(10_000).nullable();

export const ladderRequestSchemas = {
  /**
   * Send a lower tier of the picture over a link of its own, in place of the one before; for the show's presenter. That of
   * the low one may carry the light sound as well. Neither is sent until `tiers:wanted` names it.
   */
  'tier:open': z.strictObject({ tier: lowerTierSchema, sdpOffer: z.string().min(1).max(100_000) }),
  /** Send a lower tier no longer. */
  'tier:close': z.strictObject({ tier: lowerTierSchema }),
  /** The short sides of the picture and of its tiers in pixels, when they change; for the show's presenter. */
  'tiers:measure': z.strictObject({ high: sizeSchema, middle: sizeSchema, low: sizeSchema }),
  /**
   * What this viewer wants to be sent, and the largest tier that the page can show. `before` is what was sent over the link
   * before this one, if its downlink carried no more.
   */
  'picture:choose': z.strictObject({
    choice: z.enum(pictureChoices),
    limit: z.enum(tiers),
    before: z.enum([...lowerTiers, 'sound']).optional(),
  }),
} as const;

/** The data in the replies. */
export type LadderReplies = {
  'tier:open': { sdpAnswer: string; maxVideoKbps: number };
  'tier:close': Record<string, never>;
  'tiers:measure': Record<string, never>;
  'picture:choose': Record<string, never>;
};

export type LadderAnnouncements = {
  /** Viewers need these from now on, and no others; for the show's presenter. */
  'tiers:wanted': { tiers: readonly OnDemandStream[] };
  /** The link of a lower tier is gone, and another one may be opened. */
  'tier:closed': { tier: LowerTier; error: ErrorBody };
  /** This viewer is sent something else, or can choose from something else; sent after each join, too. */
  'picture:selected': SentPicture;
};

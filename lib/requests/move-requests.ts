import { z } from 'zod';

/*
 * The part of the contract in signaling.ts about links that take the place of others while media goes on.
 */

export const moveRequestSchemas = {
  /**
   * Receive over a second link, which is to take the place of the first; for a viewer who was told `link:moving`. From
   * then on, candidates are those of the new link. The first one goes on until `viewer:settle`.
   */
  'viewer:move': z.strictObject({ sdpOffer: z.string().min(1).max(100_000) }),
  /** Keep the new link, or the former one if the new one does not work; the other one is closed. */
  'viewer:settle': z.strictObject({ on: z.enum(['new', 'former']) }),
} as const;

/** The data in the replies. */
export type MoveReplies = {
  'viewer:move': { sdpAnswer: string };
  'viewer:settle': Record<string, never>;
};

export type MoveAnnouncements = {
  /**
   * The media server of this socket's link is about to stop. A viewer makes another link with `viewer:move`, and a
   * presenter with `broadcast:resume`. Repeated for as long as the link is there; in the end it is closed.
   */
  'link:moving': Record<string, never>;
  /**
   * The server that has this socket's role stops gracefully, and another one continues the show. The link goes on for
   * half a minute. Meanwhile the role is taken again, with another link, over this socket or the next one.
   */
  'owner:leaving': Record<string, never>;
};

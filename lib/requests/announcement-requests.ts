import { z } from 'zod';
import { credentialSchema } from './access-requests.ts';
import { channelSchema, startsAtSchema, titleSchema } from './show-schemas.ts';

/*
 * The part of the contract in signaling.ts with which presenters announce shows.
 */

export const announcementRequestSchemas = {
  /**
   * Announce a show on a channel with its title and start time; repeat the request to change either. The announcement
   * ends when a broadcast on the channel is live. Fails with `channel-taken` while there is one, and with
   * `bad-start-time` for a time that has passed or is more than a year away.
   */
  'show:announce': z.strictObject({
    key: credentialSchema,
    channel: channelSchema,
    title: titleSchema,
    startsAt: startsAtSchema,
  }),
  /** Withdraw the announcement on a channel, if there is one. */
  'show:withdraw': z.strictObject({ key: credentialSchema, channel: channelSchema }),
} as const;

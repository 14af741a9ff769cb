import { z } from 'zod';
import type { ErrorBody } from '../errors.ts';
import {
  type AskedUp,
  arrangements,
  type GuestsView,
  guestActions,
  type Invitation,
  maxGuestNameLength,
} from '../guests.ts';
import { participantSchema } from './conversation-requests.ts';
import { lineSchema } from './line-schema.ts';
import { sdpSchema } from './link-schemas.ts';
import { channelSchema } from './show-schemas.ts';

/*
 * The part of the contract in signaling.ts about guests: the people whom the presenter has invited to take part.
 */

/** The name of a guest. */
const nameSchema = lineSchema({
  max: maxGuestNameLength,
  maxTyped: 1_000,
  empty: 'Please enter a name.',
  tooLong: `A name has at most ${maxGuestNameLength} characters.`,
});

/** The id of a guest or of an invitation. */
const idSchema = z.string().min(1).max(40);

/** The secret of an invitation, or the pass of a guest. */
const tokenSchema = z.string().min(16).max(100);

const nothing = z.strictObject({});

export const guestRequestSchemas = {
  /** Make an invitation that one person can use once; for the show's presenter. Fails with `guests-full`. */
  'guest:invite': z.strictObject({ name: nameSchema.nullable().default(null) }),
  /**
   * Ask a participant of the conversation, as their raised hand names them, to come on stage: an invitation that is
   * announced to their pages. For the show's presenter. Fails with `guests-full`.
   */
  'guest:ask': z.strictObject({ participant: participantSchema, name: nameSchema }),
  /** Withdraw an invitation that nobody has used, or no longer show one that was declined; for the show's presenter. */
  'guest:revoke': z.strictObject({ id: idSchema }),
  /** Decline an invitation: its token is worth nothing from then on. Does nothing if it was used or withdrawn. */
  'guest:decline': z.strictObject({ channel: channelSchema, token: tokenSchema }),
  /** Bring a guest on air, take one down, mute or unmute one, or send one away; for the show's presenter. */
  'guest:direct': z.strictObject({ id: idSchema, action: z.enum(guestActions) }),
  /** How the pictures are arranged, and the presenter's own name; for the show's presenter. What is left out stays. */
  'guests:arrange': z.strictObject({
    arrangement: z.enum(arrangements).optional(),
    main: idSchema.nullable().optional(),
    presenterName: nameSchema.optional(),
  }),
  /** All who take part; for the show's presenter and its guests. */
  'guests:read': nothing,
  /**
   * Become a guest, with the token of an invitation; or again, with the pass from the reply to an earlier request. Fails
   * with `invitation-used`, `invitation-expired`, `guests-full`, and `not-live` when the show is over.
   */
  'guest:enter': z.strictObject({ channel: channelSchema, token: tokenSchema, name: nameSchema }),
  /** Leave the show; for a guest. The pass is worth nothing from then on. */
  'guest:leave': nothing,
  /** What this guest has turned on. */
  'guest:report': z.strictObject({ cameraOn: z.boolean(), microphoneOn: z.boolean() }),
  /** Send picture and sound to the others who take part, in place of the link before; for presenter and guests. */
  'contribution:send': z.strictObject({ sdpOffer: sdpSchema }),
  /** Send them no longer. */
  'contribution:stop': nothing,
  /** Receive what another one sends, in place of the link before. Guests receive only those who are on air. */
  'contribution:receive': z.strictObject({ from: idSchema, sdpOffer: sdpSchema }),
  /** Receive it no longer. */
  'contribution:drop': z.strictObject({ from: idSchema }),
} as const;

/** The data in the replies. */
export type GuestReplies = {
  'guest:invite': { invitation: Invitation };
  'guest:ask': { invitation: Invitation };
  'guest:revoke': Record<string, never>;
  'guest:decline': Record<string, never>;
  'guest:direct': Record<string, never>;
  'guests:arrange': Record<string, never>;
  'guests:read': GuestsView;
  /** `pass` takes the place of the invitation, which is used up. */
  'guest:enter': { id: string; pass: string; view: GuestsView };
  'guest:leave': Record<string, never>;
  'guest:report': Record<string, never>;
  'contribution:send': { sdpAnswer: string; maxVideoKbps: number };
  'contribution:stop': Record<string, never>;
  'contribution:receive': { sdpAnswer: string };
  'contribution:drop': Record<string, never>;
};

export type GuestAnnouncements = {
  /** Somebody has come or left, or something about them has changed; for the show's presenter and its guests. */
  'guests:changed': GuestsView;
  /** The presenter asks this viewer to come on stage, with the token of an invitation; for that viewer only. */
  'guest:asked': AskedUp;
  /** A link of a contribution is gone, and another one may be opened under its name. */
  'contribution:closed': { link: string; error: ErrorBody };
  /** This socket is a guest's no longer: they were sent away, the show is over, or they came again elsewhere. */
  'guest:ended': { error: ErrorBody };
};

import { z } from 'zod';
import { maxKeyChannels, maxKeyNameLength, passcodeLength } from '../access-names.ts';
import { channelSchema } from './show-schemas.ts';

/*
 * The part of the contract about who may do what; signaling.ts includes it. A `key` is the owner key, a presenter key or
 * a signed link of a presenter. A `credential` may also be a signed link or a ticket of a viewer.
 */

/** A key, a signed link or a ticket. */
export const credentialSchema = z.string().min(1).max(4_096);

/** The passcode of a channel. */
const passcodeSchema = z
  .string()
  .trim()
  .min(passcodeLength.min, `A passcode has at least ${passcodeLength.min} characters.`)
  .max(passcodeLength.max, `A passcode has at most ${passcodeLength.max} characters.`);

/** The name of a presenter key. */
export const keyNameSchema = z
  .string()
  .trim()
  .min(1, 'Please give the key a name.')
  .max(maxKeyNameLength, `The name of a key has at most ${maxKeyNameLength} characters.`);

/** The channels of a presenter key. */
export const keyChannelsSchema = z.union([z.literal('all'), z.array(channelSchema).min(1).max(maxKeyChannels)]);

/** The requests about who may do what. */
export const accessRequestSchemas = {
  /** What may the holder of this key do? Fails with `wrong-key`, or `link-expired` or `wrong-link` for a signed link. */
  'key:check': z.strictObject({ key: credentialSchema }),
  /** The presenter keys; for the owner. */
  'keys:list': z.strictObject({ key: credentialSchema }),
  /** Make a presenter key; for the owner. Only the reply contains its text. */
  'keys:make': z.strictObject({ key: credentialSchema, name: keyNameSchema, channels: keyChannelsSchema }),
  /** Revoke a presenter key, and end the shows that began with it; for the owner. */
  'keys:revoke': z.strictObject({ key: credentialSchema, id: z.string().max(64) }),
  /** Does the channel ask viewers for a passcode? For its presenters. */
  'passcode:read': z.strictObject({ key: credentialSchema, channel: channelSchema }),
  /**
   * Set the passcode of a channel, or remove it with `null`; for its presenters. Viewers who are watching are asked for
   * the new one.
   */
  'passcode:set': z.strictObject({
    key: credentialSchema,
    channel: channelSchema,
    passcode: passcodeSchema.nullable(),
  }),
  /** Enter the passcode of a channel, to get a ticket. Fails with `wrong-passcode`. */
  'channel:enter': z.strictObject({
    channel: channelSchema,
    passcode: z.string().trim().min(1).max(passcodeLength.max),
  }),
} as const;

/** A presenter key as its owner sees it. */
export type PresenterKeyInfo = {
  id: string;
  name: string;
  /** The channels that it is for. */
  channels: z.output<typeof keyChannelsSchema>;
  /** In milliseconds since the epoch. */
  createdAt: number;
};

/** What the holder of a key may do: the owner everything, a presenter go live on these channels. */
export type PresenterRights =
  | { role: 'owner' }
  | { role: 'presenter'; name: string; channels: PresenterKeyInfo['channels'] };

/** The data in the replies to them. */
export type AccessReplies = {
  'key:check': PresenterRights;
  'keys:list': { keys: PresenterKeyInfo[] };
  'keys:make': { key: PresenterKeyInfo; text: string };
  'keys:revoke': Record<string, never>;
  'passcode:read': { isLocked: boolean };
  'passcode:set': { isLocked: boolean };
  'channel:enter': { ticket: string };
};

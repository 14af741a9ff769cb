import { z } from 'zod';
import {
  type ConversationUpdate,
  lengthOf,
  maxMessageLength,
  maxNameLength,
  type OwnPart,
  pollChoices,
  questionStates,
  reactions,
  slowModes,
} from '../conversation.ts';
import { credentialSchema } from './access-requests.ts';
import { lineSchema } from './line-schema.ts';
import { channelSchema } from './show-schemas.ts';

/*
 * The part of the contract in signaling.ts about the conversation of a show. All requests but the first need that one
 * before, on the same connection; otherwise they fail with `not-joined`. Each may be repeated after a reply was lost:
 * it has no second effect.
 */

/** A line of text that people wrote, of at most `max` characters. */
const textSchema = (max: number, what: string) =>
  lineSchema({
    max,
    count: lengthOf,
    maxTyped: max * 20,
    empty: `${what} must not be empty.`,
    tooLong: `${what} has at most ${max} characters.`,
  });

const messageSchema = textSchema(maxMessageLength, 'A message');
const nameSchema = textSchema(maxNameLength, 'A name');

/** A random text that a browser keeps, and by which it is the same participant again. Nobody else learns it. */
const tokenSchema = z.string().regex(/^[\w-]{16,64}$/, 'A participant’s token has 16 to 64 letters and digits.');
/** The sender's own name for a message or question, by which it is known again if it is sent twice. */
const keySchema = z.string().regex(/^[\w-]{8,36}$/, 'The key of a message has 8 to 36 letters and digits.');
/** The public id of a participant. */
export const participantSchema = z.string().regex(/^[\w-]{8,16}$/, 'This is not the id of a participant.');
const idSchema = z.number().int().min(1).max(1e9);
const switched = { isOn: z.boolean() };

/** What presenter and moderators do; only presenters name moderators. */
const moderationSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('delete'), message: idSchema }),
  z.strictObject({ type: z.literal('pin'), message: idSchema, ...switched }),
  z.strictObject({ type: z.literal('mute'), participant: participantSchema, name: nameSchema, ...switched }),
  z.strictObject({ type: z.literal('moderator'), participant: participantSchema, name: nameSchema, ...switched }),
  /** In seconds; see `slowModes`. */
  z.strictObject({ type: z.literal('slow'), seconds: z.union(slowModes.map((seconds) => z.literal(seconds))) }),
  /** Whether viewers may write. */
  z.strictObject({ type: z.literal('switch'), ...switched }),
  z.strictObject({ type: z.literal('question'), question: idSchema, state: z.enum(questionStates) }),
  z.strictObject({ type: z.literal('lower-hand'), participant: participantSchema }),
  z.strictObject({
    type: z.literal('poll'),
    key: keySchema,
    question: messageSchema,
    choices: z.array(textSchema(pollChoices.length, 'A choice')).min(pollChoices.min).max(pollChoices.max),
  }),
  z.strictObject({ type: z.literal('close-poll'), poll: idSchema }),
]);

/** What presenter and moderators do. */
export type Moderation = z.output<typeof moderationSchema>;

export const conversationRequestSchemas = {
  /**
   * Take part in the conversation of the show that is on, and subscribe to its changes. `credential` is what lets a
   * viewer in, or the presenter's resume token. `known` is what the page has already. Fails with `not-live`, with
   * `chat-off` where the server has none, and like `channel:follow`.
   */
  'conversation:follow': z.strictObject({
    channel: channelSchema,
    token: tokenSchema,
    credential: credentialSchema.optional(),
    known: z.strictObject({ conversation: z.string().max(64), seq: z.number().int().min(0).max(1e9) }).optional(),
  }),
  /** Write a message. Fails with `chat-off`, `chat-muted`, `chat-slow` and `chat-full`. */
  'conversation:say': z.strictObject({ channel: channelSchema, key: keySchema, name: nameSchema, text: messageSchema }),
  /** Send a reaction, which is counted. */
  'conversation:react': z.strictObject({ channel: channelSchema, reaction: z.enum(reactions) }),
  /** Ask the presenter. Fails as `conversation:say` does. */
  'question:ask': z.strictObject({ channel: channelSchema, key: keySchema, name: nameSchema, text: messageSchema }),
  /** Vote for an open question of another person, or no longer. */
  'question:vote': z.strictObject({ channel: channelSchema, question: idSchema, ...switched }),
  /** Ask to speak, or no longer. */
  'hand:raise': z.strictObject({ channel: channelSchema, name: nameSchema, isUp: z.boolean() }),
  /** Choose in a poll; the last choice counts. `choice` is its index. */
  'poll:vote': z.strictObject({
    channel: channelSchema,
    poll: idSchema,
    choice: z
      .number()
      .int()
      .min(0)
      .max(pollChoices.max - 1),
  }),
  /** Keep order. Fails with `moderators-only`. */
  'conversation:moderate': z.strictObject({ channel: channelSchema, action: moderationSchema }),
} as const;

type Nothing = Record<string, never>;

/** The data in the replies. A change is stored before its reply is sent. */
export type ConversationReplies = {
  'conversation:follow': { update: ConversationUpdate; own: OwnPart };
  'conversation:say': Nothing;
  'conversation:react': Nothing;
  'question:ask': Nothing;
  'question:vote': Nothing;
  'hand:raise': Nothing;
  'poll:vote': Nothing;
  'conversation:moderate': Nothing;
};

export type ConversationAnnouncements = {
  /** The conversation on a followed channel changed. Changes of one moment are announced together. */
  'conversation:changed': ConversationUpdate;
};

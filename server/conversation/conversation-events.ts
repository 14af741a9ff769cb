import { z } from 'zod';
import { questionStates, reactions } from '../../lib/conversation.ts';

/*
 * Everything that can happen in a conversation, as the journal keeps it: one line of JSON each. The state is what these
 * make of an empty conversation, in their order. Lines are read by later versions of the program, so a type of event
 * never changes its meaning.
 */

const author = { by: z.string(), name: z.string() };
/** `at` is in milliseconds since the epoch, `ms` the position in the recording at that time; see `RecordingPlace`. */
const moment = { at: z.number(), ms: z.number().default(0) };
const written = { ...author, ...moment, key: z.string(), role: z.enum(['presenter', 'moderator', 'viewer']) };

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('said'), ...written, text: z.string() }),
  z.object({ type: z.literal('deleted'), message: z.number() }),
  z.object({ type: z.literal('pinned'), message: z.number(), isOn: z.boolean() }),
  z.object({ type: z.literal('muted'), ...author, isOn: z.boolean() }),
  z.object({ type: z.literal('moderator'), ...author, isOn: z.boolean() }),
  z.object({ type: z.literal('set'), isOn: z.boolean(), slowS: z.number() }),
  z.object({ type: z.literal('asked'), ...written, text: z.string() }),
  z.object({ type: z.literal('voted'), question: z.number(), by: z.string(), isOn: z.boolean() }),
  z.object({ type: z.literal('moved'), question: z.number(), state: z.enum(questionStates) }),
  z.object({ type: z.literal('hand'), ...author, at: z.number(), isUp: z.boolean() }),
  z.object({
    type: z.literal('polled'),
    key: z.string(),
    question: z.string(),
    choices: z.array(z.string()),
    ...moment,
  }),
  z.object({ type: z.literal('chosen'), poll: z.number(), by: z.string(), choice: z.number() }),
  z.object({ type: z.literal('poll-closed'), poll: z.number() }),
  z.object({ type: z.literal('reacted'), counts: z.partialRecord(z.enum(reactions), z.number()), ...moment }),
  /** From here on, positions are in this recording. */
  z.object({ type: z.literal('recording'), id: z.string() }),
]);

/** Something that happened in a conversation. */
export type ConversationEvent = z.output<typeof eventSchema>;

/** The event in a line of a journal. @throws Error if it is none */
export function readEvent(line: string): ConversationEvent {
  return eventSchema.parse(JSON.parse(line));
}

/*
 * The conversation of a show: chat, reactions, questions, raised hands and polls, as pages and server see it. The limits
 * are here and not beside the schemas, so that pages need not load the validation library.
 */

/** The most characters of a message, a question of a viewer, or the question of a poll. */
export const maxMessageLength = 300;
/** The most characters of a name. */
export const maxNameLength = 40;
/** The number of choices of a poll, and the most characters of one. */
export const pollChoices = { min: 2, max: 6, length: 80 } as const;
/** How many messages a page gets that comes late. */
export const keptMessages = 200;
/** The pauses in seconds between two messages of one person that can be chosen; 0 means none. */
export const slowModes = [0, 5, 15, 60] as const;
/** The reactions, which float over the picture and are counted. */
export const reactions = ['👍', '❤️', '😂', '👏', '🎉', '😮'] as const;

/** One of {@link reactions}. */
export type Reaction = (typeof reactions)[number];
/** How often each was sent; those that were not are missing. */
export type ReactionCounts = Partial<Record<Reaction, number>>;

/** What somebody may do: a presenter everything, a moderator all but naming moderators. */
export type ParticipantRole = 'presenter' | 'moderator' | 'viewer';

/** A message. Times are milliseconds since the epoch, by the server's clock. */
export type ChatMessage = {
  /** Messages are ordered by it, the same for everybody. */
  id: number;
  /** The sender's own name for it, by which a page knows its own message again. */
  key: string;
  /** The public id of the participant, which no other browser has in this show. */
  by: string;
  name: string;
  role: ParticipantRole;
  text: string;
  at: number;
};

/** Where a question is in the presenter's queue. */
export const questionStates = ['open', 'answering', 'done', 'dismissed'] as const;
/** One of {@link questionStates}. */
export type QuestionState = (typeof questionStates)[number];

/** A question to the presenter. Nobody but moderators sees a dismissed one. */
export type Question = ChatMessage & { votes: number; state: QuestionState };

/** A person who asks to speak; `at` is since when. */
export type RaisedHand = { by: string; name: string; at: number };

/** A poll. `counts` has a number of votes for each choice. */
export type Poll = {
  id: number;
  question: string;
  choices: readonly string[];
  counts: readonly number[];
  isOpen: boolean;
  at: number;
};

/** A participant who is named in a list of moderators or of muted people. */
export type NamedParticipant = { by: string; name: string };

/** What presenter and moderators have set. */
export type ConversationSettings = {
  /** Whether viewers may write. */
  isOn: boolean;
  /** One of {@link slowModes}. */
  slowS: number;
  moderators: readonly NamedParticipant[];
  muted: readonly NamedParticipant[];
};

/**
 * What changed in a conversation. `seq` counts its changes; an update brings a page that knows all until `after` to
 * `seq`. With `after` 0, it holds everything that there is, in place of what the page has. What is missing has not changed.
 */
export type ConversationUpdate = {
  /** The id of the broadcast. */
  conversation: string;
  after: number;
  seq: number;
  /** New messages, in order. */
  messages?: readonly ChatMessage[];
  /** The ids of deleted messages. */
  deleted?: readonly number[];
  /** All pinned messages. */
  pinned?: readonly ChatMessage[];
  /** The questions that are new or have changed. */
  questions?: readonly Question[];
  /** The polls that are new or have changed. */
  polls?: readonly Poll[];
  /** All raised hands, longest first. */
  hands?: readonly RaisedHand[];
  settings?: ConversationSettings;
  /** The reactions of the last moment. */
  reactions?: ReactionCounts;
};

/** What only the participant knows of what they did. */
export type OwnPart = {
  /** The participant's public id. */
  by: string;
  role: ParticipantRole;
  /** The ids of the questions for which they voted. */
  votes: readonly number[];
  /** The index of their choice in each poll, by the poll's id. */
  choices: Readonly<Record<number, number>>;
};

/** A conversation as it is kept with a recording. `ms` is the position in the recording, in milliseconds. */
export type RecordedConversation = {
  version: 1;
  messages: readonly { ms: number; at: number; name: string; role: ParticipantRole; text: string; isPinned: boolean }[];
  questions: readonly { ms: number; at: number; name: string; text: string; votes: number; isAnswered: boolean }[];
  polls: readonly { ms: number; at: number; question: string; choices: readonly string[]; counts: readonly number[] }[];
  reactions: readonly { ms: number; counts: ReactionCounts }[];
};

/** The number of characters that people count in a text: an emoji may be several code units. */
export function lengthOf(text: string): number {
  return [...text].length;
}

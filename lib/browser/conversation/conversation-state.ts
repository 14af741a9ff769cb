import type {
  ChatMessage,
  ConversationSettings,
  ConversationUpdate,
  OwnPart,
  ParticipantRole,
  Poll,
  Question,
  RaisedHand,
} from '../../conversation.ts';
import type { ErrorBody } from '../../errors.ts';
import type { AskedUp } from '../../guests.ts';

/** How many messages a page keeps that has been open for long. */
const mostMessages = 500;

/** The content of a conversation, as far as the page knows it. */
export type Talk = {
  /** The id of the broadcast. */
  conversation: string;
  seq: number;
  messages: readonly ChatMessage[];
  pinned: readonly ChatMessage[];
  /** Those that were not dismissed. */
  questions: readonly Question[];
  polls: readonly Poll[];
  hands: readonly RaisedHand[];
  settings: ConversationSettings;
};

/** A message or question that the server has not acknowledged. `error` is why it refused it; `null` while it is sent. */
export type Unsent = { key: string; kind: 'message' | 'question'; text: string; error: ErrorBody | null };

/**
 * The conversation as a page shows it. `waiting` until there is a show, `off` where there is no conversation, `ended`
 * after the show. While the connection is broken, everything stays as it was, and `connected` is false.
 */
export type ConversationView = {
  phase: 'waiting' | 'loading' | 'open' | 'ended' | 'off';
  connected: boolean;
  talk: Talk | null;
  own: OwnPart | null;
  unsent: readonly Unsent[];
  /** Why the last action other than a message was refused. */
  problem: ErrorBody | null;
  /** The presenter asks this viewer to come on stage; `null` if not. */
  asked: AskedUp | null;
};

/** The view before anything is known. */
export const emptyView: ConversationView = {
  phase: 'waiting',
  connected: false,
  talk: null,
  own: null,
  unsent: [],
  problem: null,
  asked: null,
};

/** What this participant may do, as the settings have it by now. */
export function roleIn({ talk, own }: Pick<ConversationView, 'talk' | 'own'>): ParticipantRole {
  if (own === null) return 'viewer';
  if (own.role === 'presenter') return 'presenter';
  return talk?.settings.moderators.some(({ by }) => by === own.by) ? 'moderator' : 'viewer';
}

/**
 * The content after an update. An update may come twice, and may contain what is known already.
 * @returns `null` if something is missing in between
 */
export function updateTalk(talk: Talk | null, update: ConversationUpdate): Talk | null {
  if (update.after !== 0) {
    if (talk === null || talk.conversation !== update.conversation || update.after > talk.seq) return null;
    if (update.seq <= talk.seq) return talk;
  }
  // An update that contains everything takes the place of what is known; an older one does not.
  const isNewer = talk === null || talk.conversation !== update.conversation || update.seq >= talk.seq;
  if (update.after === 0 && !isNewer) return talk;
  const base = update.after === 0 ? null : talk;
  const deleted = new Set(update.deleted);
  return {
    conversation: update.conversation,
    seq: update.seq,
    messages: merged(base?.messages, update.messages)
      .filter(({ id }) => !deleted.has(id))
      .slice(-mostMessages),
    pinned: update.pinned ?? base?.pinned ?? [],
    questions: merged(base?.questions, update.questions).filter(({ state }) => state !== 'dismissed'),
    polls: merged(base?.polls, update.polls),
    hands: update.hands ?? base?.hands ?? [],
    settings: update.settings ?? base?.settings ?? { isOn: true, slowS: 0, moderators: [], muted: [] },
  };
}

/** Each item once, the later version of it, in the order of their ids. */
function merged<Item extends { id: number }>(known: readonly Item[] = [], news: readonly Item[] = []): Item[] {
  if (news.length === 0) return [...known];
  const items = new Map(known.map((item) => [item.id, item]));
  for (const item of news) items.set(item.id, item);
  return [...items.values()].sort((a, b) => a.id - b.id);
}

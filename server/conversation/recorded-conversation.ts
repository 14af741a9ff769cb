import type { ReactionCounts, RecordedConversation } from '../../lib/conversation.ts';
import { isEmptyConversation } from '../kept-conversation.ts';
import { Conversation } from './conversation.ts';
import type { ConversationEvent } from './conversation-events.ts';

/** Where something was written: in which recording of the show, and where in that, in milliseconds. */
type Place = { recordingId: string; ms: number };

/**
 * What is kept of a conversation with each recording of the show, by the recording's id: what was written during it,
 * before it if it is the first one, and after it until the next one began. It is without what was deleted or dismissed,
 * and without any ids. Recordings without anything written are left out.
 * @param lastId the show's recording, if no event names one: then it began after everything that was written
 */
export function recordConversations(
  events: readonly ConversationEvent[],
  lastId: string | null,
): Map<string, RecordedConversation> {
  const state = new Conversation(Number.POSITIVE_INFINITY);
  const places = new Map<number, Place>();
  const pinnedEver = new Set<number>();
  const reactions: (Place & { counts: ReactionCounts })[] = [];
  const firstId = events.find((event) => event.type === 'recording')?.id ?? lastId;
  if (firstId === null) return new Map();
  for (const event of events) {
    state.apply(event);
    if (event.type === 'pinned' && event.isOn) pinnedEver.add(event.message);
    if (!('ms' in event)) continue;
    // What was written before the first recording belongs to it; its position is 0.
    const place: Place = { recordingId: state.recordingId ?? firstId, ms: event.ms };
    places.set(state.seq, place);
    if (event.type === 'reacted') reactions.push({ ...place, counts: event.counts });
  }
  const conversationOf = (id: string): RecordedConversation => {
    const within = <Item extends { id: number }>(items: readonly Item[]) =>
      items.flatMap((item) => {
        const place = places.get(item.id);
        return place?.recordingId === id ? [{ item, ms: place.ms }] : [];
      });
    return {
      version: 1,
      messages: within(state.messages).map(({ item: { id: message, at, name, role, text }, ms }) => {
        return { ms, at, name, role, text, isPinned: pinnedEver.has(message) };
      }),
      questions: within(state.questions.filter((question) => question.state !== 'dismissed')).map(
        ({ item: { at, name, text, votes, state: is }, ms }) => {
          return { ms, at, name, text, votes, isAnswered: is === 'done' || is === 'answering' };
        },
      ),
      polls: within(state.polls).map(({ item: { at, question, choices, counts }, ms }) => {
        return { ms, at, question, choices, counts };
      }),
      // The clock may have been set back a little when the recording was measured.
      reactions: reactions
        .filter(({ recordingId }) => recordingId === id)
        .map(({ ms, counts }) => ({ ms, counts }))
        .sort((a, b) => a.ms - b.ms),
    };
  };
  const ids = new Set([...places.values()].map(({ recordingId }) => recordingId));
  const all = [...ids].map((id) => [id, conversationOf(id)] as const);
  return new Map(all.filter(([, recorded]) => !isEmptyConversation(recorded)));
}

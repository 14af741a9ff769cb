import type { ReactionCounts, RecordedConversation } from '../../lib/conversation.ts';
import { Conversation } from './conversation.ts';
import type { ConversationEvent } from './conversation-events.ts';

/** A conversation as it is kept with a recording, without what was deleted or dismissed, and without any ids. */
export function recordConversation(events: readonly ConversationEvent[]): RecordedConversation {
  const state = new Conversation(Number.POSITIVE_INFINITY);
  const places = new Map<number, number>();
  const pinnedEver = new Set<number>();
  const reactions: { ms: number; counts: ReactionCounts }[] = [];
  for (const event of events) {
    // What was written during an earlier recording of the show has no place in this one, and is at its beginning.
    if (event.type === 'recording' && state.recordingId !== null) places.clear();
    state.apply(event);
    if ('ms' in event) places.set(state.seq, event.ms);
    if (event.type === 'pinned' && event.isOn) pinnedEver.add(event.message);
    if (event.type === 'reacted') reactions.push({ ms: event.ms, counts: event.counts });
  }
  const msOf = (id: number) => places.get(id) ?? 0;
  return {
    version: 1,
    messages: state.messages.map(({ id, at, name, role, text }) => {
      return { ms: msOf(id), at, name, role, text, isPinned: pinnedEver.has(id) };
    }),
    questions: state.questions
      .filter((question) => question.state !== 'dismissed')
      .map(({ id, at, name, text, votes, state: is }) => {
        return { ms: msOf(id), at, name, text, votes, isAnswered: is === 'done' || is === 'answering' };
      }),
    polls: state.polls.map(({ id, at, question, choices, counts }) => ({
      ms: msOf(id),
      at,
      question,
      choices,
      counts,
    })),
    reactions,
  };
}

/** Whether there is anything to keep. */
export function isEmptyConversation({ messages, questions, polls, reactions }: RecordedConversation): boolean {
  return messages.length + questions.length + polls.length + reactions.length === 0;
}

import type { ReactionCounts, RecordedConversation } from '../../lib/conversation.ts';
import { Conversation } from './conversation.ts';
import type { ConversationEvent } from './conversation-events.ts';

/** How long a message is shown as a subtitle, in milliseconds. */
const cueMs = 5_000;

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

/** The messages as WebVTT (https://www.w3.org/TR/webvtt1/), one cue each, with the name as its voice. */
export function toWebVtt({ messages }: RecordedConversation): string {
  const cues = [...messages]
    .sort((a, b) => a.ms - b.ms)
    .map(({ ms, name, text }, index) => {
      const times = `${timestamp(ms)} --> ${timestamp(ms + cueMs)}`;
      return `${index + 1}\n${times}\n<v ${escapeCue(name)}>${escapeCue(text)}\n`;
    });
  return `WEBVTT\n\n${cues.join('\n')}`;
}

/** Names and texts have no line breaks; these characters are all that has a meaning in the text of a cue. */
function escapeCue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `hh:mm:ss.ttt` */
function timestamp(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1_000) % 60].map(Math.floor);
  const padded = (value = 0) => String(value).padStart(2, '0');
  return `${padded(hours)}:${padded(minutes)}:${padded(seconds)}.${String(whole % 1_000).padStart(3, '0')}`;
}

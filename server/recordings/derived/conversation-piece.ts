import type { RecordedConversation } from '../../../lib/conversation.ts';
import type { RecordingPiece } from '../../../lib/recording-details.ts';

/**
 * The part of a conversation that lies in a piece of its recording, by the places in that piece. What came at the end of
 * the recording or after it is at the end of a piece that ends there.
 * @param durationMs the length of the recording, in milliseconds
 */
export function conversationWithin(
  { messages, questions, polls, reactions }: RecordedConversation,
  { fromMs, toMs }: RecordingPiece,
  durationMs: number,
): RecordedConversation {
  const endMs = toMs < durationMs ? toMs : Number.POSITIVE_INFINITY;
  const within = <Item extends { readonly ms: number }>(items: readonly Item[]): Item[] =>
    items
      .filter(({ ms }) => ms >= fromMs && ms < endMs)
      .map((item) => ({ ...item, ms: Math.round(Math.min(item.ms, toMs) - fromMs) }));
  return {
    version: 1,
    messages: within(messages),
    questions: within(questions),
    polls: within(polls),
    reactions: within(reactions),
  };
}

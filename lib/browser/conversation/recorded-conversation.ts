import type { ReactionCounts, RecordedConversation } from '../../conversation.ts';
import { recordingPaths } from '../../recording.ts';

/**
 * What was written during a recorded show; `null` if nothing was, or if it cannot be had. The picture can be watched
 * without it, so it is asked for once.
 */
export async function fetchRecordedConversation(id: string, signal: AbortSignal): Promise<RecordedConversation | null> {
  try {
    const response = await fetch(recordingPaths.conversation(id, 'json'), { signal });
    if (!response.ok) return null;
    // The server that sends it writes it by the same type.
    const recorded = (await response.json()) as RecordedConversation;
    const { messages, questions, polls, reactions } = recorded;
    return messages.length + questions.length + polls.length + reactions.length > 0 ? recorded : null;
  } catch {
    return null;
  }
}

type WithMs = { readonly ms: number };

/** How many of `items`, which are in the order of their places, have come by the time `ms`. */
export function countUntil(items: readonly WithMs[], ms: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.ms ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same items in the order of their places; those with the same place stay as they were. */
export function inOrder<Item extends WithMs>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => a.ms - b.ms);
}

/** The sum of all reactions until the time `ms`. */
export function reactionsUntil(items: RecordedConversation['reactions'], ms: number): ReactionCounts {
  const sum: Record<string, number> = {};
  for (const { counts } of items.slice(0, countUntil(items, ms))) {
    for (const [reaction, count] of Object.entries(counts)) sum[reaction] = (sum[reaction] ?? 0) + count;
  }
  return sum;
}

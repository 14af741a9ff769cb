import { useEffect, useState } from 'react';
import type { ConversationClient } from '../../lib/browser/conversation/conversation-client.ts';
import { type Reaction, type ReactionCounts, reactions } from '../../lib/conversation.ts';

/** How many of one kind rise at the same moment, and how many are in the air. */
const most = { atOnce: 8, inAll: 40 } as const;
/** How long counts are shown to those who want no motion, in milliseconds. */
const countsMs = 3_000;

type Rising = { id: number; reaction: Reaction; left: number; delayMs: number };

/**
 * The reactions of all viewers over the picture. They rise and fade; with reduced motion, only their counts are shown for
 * a moment. Screen readers are not told: they would hear nothing else.
 */
export function FloatingReactions({ client }: { client: ConversationClient }) {
  const [rising, setRising] = useState<readonly Rising[]>([]);
  const [counts, setCounts] = useState<ReactionCounts>({});
  useEffect(() => {
    let ids = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = client.onReactions((news) => {
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
        clearTimeout(timer);
        timer = setTimeout(() => setCounts({}), countsMs);
        setCounts((before) => sumOf(before, news));
        return;
      }
      const more = reactions.flatMap((reaction) =>
        Array.from({ length: Math.min(most.atOnce, news[reaction] ?? 0) }, (): Rising => {
          ids += 1;
          return { id: ids, reaction, left: 55 + Math.random() * 40, delayMs: Math.random() * 400 };
        }),
      );
      setRising((before) => [...before, ...more].slice(-most.inAll));
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client]);
  const counted = reactions.filter((reaction) => counts[reaction] !== undefined);
  return (
    <div aria-hidden="true" data-testid="reactions" className="absolute inset-0">
      {rising.map(({ id, reaction, left, delayMs }) => (
        <span
          key={id}
          onAnimationEnd={() => setRising((before) => before.filter((one) => one.id !== id))}
          style={{ left: `${left}%`, animationDelay: `${delayMs}ms` }}
          className="absolute bottom-16 animate-float font-emoji text-3xl"
        >
          {reaction}
        </span>
      ))}
      {counted.length > 0 && (
        <p className="absolute right-3 bottom-18 flex gap-2 rounded-full bg-stage-raised/85 px-3 py-1 text-sm text-stage-ink">
          {counted.map((reaction) => (
            <span key={reaction}>
              {reaction} {counts[reaction]}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

function sumOf(one: ReactionCounts, other: ReactionCounts): ReactionCounts {
  const sum: ReactionCounts = {};
  for (const reaction of reactions) {
    const count = (one[reaction] ?? 0) + (other[reaction] ?? 0);
    if (count > 0) sum[reaction] = count;
  }
  return sum;
}

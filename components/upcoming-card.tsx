import { CalendarClock } from 'lucide-react';
import type { UpcomingShow } from '../lib/signaling.ts';
import { PageLink } from './ui/page-link.tsx';
import { useStartWords } from './use-start-words.ts';

/** One show in the lobby that was announced. The whole card leads to where it will be. */
export function UpcomingCard({ show }: { show: UpcomingShow }) {
  const { moment, countdown } = useStartWords(show);
  return (
    <article className="relative flex gap-4 rounded-2xl border border-line bg-surface p-4 shadow-card transition-colors focus-within:border-accent hover:border-accent">
      <CalendarClock className="mt-0.5 size-6 shrink-0 text-accent-text" aria-hidden="true" />
      <div className="min-w-0">
        <h3 className="truncate font-semibold text-lg">
          <PageLink
            href={`/watch/${show.channel}`}
            className="outline-none after:absolute after:inset-0 after:rounded-2xl"
          >
            {show.title}
          </PageLink>
        </h3>
        <p className="mt-0.5 truncate text-ink-soft text-sm">{show.channel}</p>
        <p className="mt-2">{moment}</p>
        <p className="text-ink-soft text-sm tabular-nums">{countdown}</p>
      </div>
    </article>
  );
}

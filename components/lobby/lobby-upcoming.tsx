import { CalendarClock, Lock } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { UpcomingShow } from '../../lib/signaling.ts';
import { RemindLink } from '../shared/remind-link.tsx';
import { useStartText } from '../shared/use-start-text.ts';
import { PageLink } from '../ui/page-link.tsx';

/** The announced shows, soonest first. */
export function LobbyUpcoming({ shows }: { shows: readonly UpcomingShow[] }) {
  const t = useTranslations('library.lobby');
  return (
    <section aria-label={t('soon')} className="mt-10 first:mt-0">
      <h2 className="font-bold text-xl">{t('soon')}</h2>
      <ul className="mt-4 grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {shows.map((show) => (
          <li key={show.channel} className="animate-rise">
            <UpcomingCard show={show} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One announced show in the lobby. The whole card is a link to its channel, apart from the reminder. */
function UpcomingCard({ show }: { show: UpcomingShow }) {
  const t = useTranslations('library.lobby');
  const Icon = show.isLocked ? Lock : CalendarClock;
  const { moment, countdown } = useStartText(show);
  return (
    <article className="relative flex h-full gap-4 rounded-2xl border border-line bg-surface p-4 shadow-card transition-colors hover:border-accent has-[h3_a:focus-visible]:outline-3 has-[h3_a:focus-visible]:outline-accent has-[h3_a:focus-visible]:outline-offset-2">
      <Icon className="mt-0.5 size-6 shrink-0 text-accent-text" aria-hidden="true" />
      <div className="flex min-w-0 flex-1 flex-col">
        <h3 className="line-clamp-2 break-words font-semibold text-lg leading-snug">
          <PageLink
            href={`/watch/${show.channel}`}
            className="outline-none after:absolute after:inset-0 after:rounded-2xl"
          >
            {show.title}
          </PageLink>
        </h3>
        <p className="mt-0.5 truncate text-ink-soft text-sm">{show.isLocked ? t('lockedExplanation') : show.channel}</p>
        <p className="mt-2">{moment}</p>
        <p className="text-ink-soft text-sm tabular-nums">{countdown}</p>
        {show.isLocked !== true && (
          <div className="-mx-3 -mb-2 mt-auto pt-1">
            <RemindLink show={show} className="relative z-10 px-3 text-accent-text" />
          </div>
        )}
      </div>
    </article>
  );
}

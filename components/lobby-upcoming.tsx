import { useTranslations } from 'use-intl';
import type { UpcomingShow } from '../lib/signaling.ts';
import { UpcomingCard } from './upcoming-card.tsx';

/** What was announced, soonest first. */
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

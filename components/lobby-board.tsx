'use client';

import { Radio } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Lobby } from '../lib/browser/lobby.ts';
import { useOpened, useStore } from '../lib/browser/use-store.ts';
import { useWatchAhead } from '../lib/browser/use-watch-ahead.ts';
import { BroadcastCard } from './broadcast-card.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { LobbyEmpty } from './lobby-empty.tsx';
import { LobbySkeleton } from './lobby-skeleton.tsx';
import { LobbyUpcoming } from './lobby-upcoming.tsx';
import { ButtonLink } from './ui/button-link.tsx';

/** What is on now, kept up to date by itself. */
export function LobbyBoard() {
  const t = useTranslations('library');
  const lobby = useOpened(() => new Lobby());
  const { broadcasts, upcoming, error } = useStore(lobby.state);
  const watchAhead = useWatchAhead(broadcasts !== null && broadcasts.length > 0, lobby.handOver);
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <div>
          <h1 className="font-bold text-3xl sm:text-4xl">{t('lobby.title')}</h1>
          <p className="mt-2 text-ink-soft" aria-live="polite">
            {broadcasts === null ? t('lobby.looking') : t('lobby.count', { count: broadcasts.length })}
          </p>
        </div>
        <ButtonLink href="/present" variant="primary" size="lg" className="w-full sm:w-auto">
          <Radio aria-hidden="true" />
          {t('goLive')}
        </ButtonLink>
      </div>
      {error !== null && (
        <div className="mt-6">
          <ErrorNotice error={error} tone="warning" />
        </div>
      )}
      <div className="mt-8">
        {broadcasts === null && error === null && <LobbySkeleton />}
        {broadcasts?.length === 0 && upcoming.length === 0 && <LobbyEmpty />}
        {broadcasts !== null && broadcasts.length > 0 && (
          <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-3">
            {broadcasts.map((broadcast) => (
              <li key={broadcast.broadcastId} className="animate-rise">
                <BroadcastCard broadcast={broadcast} onWatch={watchAhead} />
              </li>
            ))}
          </ul>
        )}
        {upcoming.length > 0 && <LobbyUpcoming shows={upcoming} />}
      </div>
    </>
  );
}

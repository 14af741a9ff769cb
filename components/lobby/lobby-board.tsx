'use client';

import { Radio } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Lobby } from '../../lib/browser/lobby/lobby.ts';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import { useViewerPreconnect } from '../../lib/browser/watch/use-viewer-preconnect.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { BroadcastCard } from './broadcast-card.tsx';

/** Loaded on demand, because most of the time nothing is announced. */
const loadUpcoming = () => import('./lobby-upcoming.tsx');

/** The broadcasts that are on now, and those that come soon. The list updates automatically. */
export function LobbyBoard() {
  const t = useTranslations('library');
  const lobby = useOpened(() => new Lobby());
  const { broadcasts, upcoming, error } = useStore(lobby.state);
  const soon = useLazyModule(loadUpcoming, upcoming.length > 0);
  const preconnect = useViewerPreconnect(broadcasts !== null && broadcasts.length > 0, lobby.releaseSocket);
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
                <BroadcastCard broadcast={broadcast} onWatch={preconnect} />
              </li>
            ))}
          </ul>
        )}
        {upcoming.length > 0 && soon !== null && <soon.LobbyUpcoming shows={upcoming} />}
      </div>
    </>
  );
}

/** The message in the lobby while nothing is on. */
function LobbyEmpty() {
  const t = useTranslations('library.lobby');
  return (
    <EmptyState
      level={2}
      title={t('quiet')}
      actions={<ButtonLink href="/recordings">{t('watchRecording')}</ButtonLink>}
    >
      <p>{t('quietExplanation')}</p>
    </EmptyState>
  );
}

/** Placeholder for the list until it is known. */
function LobbySkeleton() {
  return (
    <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3" aria-hidden="true">
      {['first', 'second', 'third'].map((name) => (
        <div key={name} className="animate-pulse rounded-2xl bg-sunken">
          <div className="aspect-video" />
          <div className="h-23" />
        </div>
      ))}
    </div>
  );
}

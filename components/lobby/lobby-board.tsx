'use client';

import { CalendarClock, Lock, Radio } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Lobby } from '../../lib/browser/lobby/lobby.ts';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import { useViewerPreconnect } from '../../lib/browser/watch/use-viewer-preconnect.ts';
import type { UpcomingShow } from '../../lib/signaling.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { useStartText } from '../shared/use-start-text.ts';
import { ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageLink } from '../ui/page-link.tsx';
import { BroadcastCard } from './broadcast-card.tsx';

/** The broadcasts that are on now. The list updates automatically. */
export function LobbyBoard() {
  const t = useTranslations('library');
  const lobby = useOpened(() => new Lobby());
  const { broadcasts, upcoming, error } = useStore(lobby.state);
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
        {upcoming.length > 0 && <LobbyUpcoming shows={upcoming} />}
      </div>
    </>
  );
}

/** The announced shows, soonest first. */
function LobbyUpcoming({ shows }: { shows: readonly UpcomingShow[] }) {
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

/** One announced show in the lobby. The whole card is a link to its channel. */
function UpcomingCard({ show }: { show: UpcomingShow }) {
  const t = useTranslations('library.lobby');
  const Icon = show.isLocked ? Lock : CalendarClock;
  const { moment, countdown } = useStartText(show);
  return (
    <article className="relative flex gap-4 rounded-2xl border border-line bg-surface p-4 shadow-card transition-colors focus-within:border-accent hover:border-accent">
      <Icon className="mt-0.5 size-6 shrink-0 text-accent-text" aria-hidden="true" />
      <div className="min-w-0">
        <h3 className="truncate font-semibold text-lg">
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
      </div>
    </article>
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
        <div key={name} className="h-72 animate-pulse rounded-2xl bg-sunken" />
      ))}
    </div>
  );
}

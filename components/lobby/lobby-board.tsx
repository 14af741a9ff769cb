'use client';

import { CalendarClock, Lock, Radio } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import { Lobby } from '../../lib/browser/lobby/lobby.ts';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import { useViewerPreconnect } from '../../lib/browser/watch/use-viewer-preconnect.ts';
import type { BroadcastView, UpcomingShow } from '../../lib/signaling.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { LiveClock } from '../shared/live-clock.tsx';
import { useStartText } from '../shared/use-start-text.ts';
import { AudienceSeats } from '../ui/audience-seats.tsx';
import { Badge, LiveBadge } from '../ui/badge.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageLink } from '../ui/page-link.tsx';

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

type BroadcastCardProps = {
  broadcast: BroadcastView;
  /** Called when the viewer opens it in this tab. */
  onWatch: (channel: string) => void;
};

/** One broadcast in the lobby. The whole card is a link to it. */
function BroadcastCard({ broadcast, onWatch }: BroadcastCardProps) {
  const t = useTranslations('library.lobby');
  const { channel, title, phase, startedAt, viewers, isLocked } = broadcast;
  return (
    <article className="group relative overflow-hidden rounded-2xl border border-line bg-surface shadow-card transition-colors hover:border-accent has-focus-visible:outline-3 has-focus-visible:outline-accent has-focus-visible:outline-offset-2">
      <div className="relative grid h-44 place-items-center bg-stage text-stage-accent">
        <AudienceSeats
          taken={viewers}
          className="mt-4 w-52 transition-transform duration-500 motion-safe:group-hover:scale-105"
        />
        <div className="absolute top-3 left-3">
          {phase === 'interrupted' ? <Badge tone="warning">{t('interrupted')}</Badge> : <LiveBadge />}
        </div>
        <div className="absolute top-3 right-3">
          <Badge tone="stage">
            {isLocked && <Lock aria-hidden="true" />}
            {isLocked ? t('locked') : t('viewers', { count: viewers })}
          </Badge>
        </div>
      </div>
      <div className="p-4">
        <h2 className="truncate font-semibold text-lg">
          <Link
            href={`/watch/${channel}`}
            // Prefetches the whole page, so that the click need not wait for the server.
            prefetch
            onNavigate={() => onWatch(channel)}
            className="outline-none after:absolute after:inset-0 after:rounded-2xl"
          >
            {title}
          </Link>
        </h2>
        <p className="mt-1 flex justify-between gap-3 text-ink-soft text-sm">
          <span className="truncate">{isLocked ? t('lockedExplanation') : channel}</span>
          {startedAt !== null && <LiveClock since={startedAt} label={t('onAirFor')} />}
        </p>
      </div>
    </article>
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

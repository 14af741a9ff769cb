import { Lock } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'use-intl';
import type { BroadcastView } from '../../lib/signaling.ts';
import { LiveClock } from '../shared/live-clock.tsx';
import { AudienceSeats } from '../ui/audience-seats.tsx';
import { Badge, LiveBadge } from '../ui/badge.tsx';

type BroadcastCardProps = {
  broadcast: BroadcastView;
  /** Called when the viewer opens it in this tab. */
  onWatch: (channel: string) => void;
};

/** One broadcast in the lobby. The whole card is a link to it. */
export function BroadcastCard({ broadcast, onWatch }: BroadcastCardProps) {
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

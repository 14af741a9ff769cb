import { CameraOff, Lock, type LucideIcon } from 'lucide-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'use-intl';
import { useFreshPicture } from '../../lib/browser/lobby/fresh-picture.ts';
import { serverClock, useNow } from '../../lib/browser/signaling/server-clock.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import { thumbnailPath } from '../../lib/thumbnail.ts';
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
    <article className="group relative h-full overflow-hidden rounded-2xl border border-line bg-surface shadow-card transition-colors hover:border-accent has-focus-visible:outline-3 has-focus-visible:outline-accent has-focus-visible:outline-offset-2">
      <div className="relative aspect-video overflow-hidden bg-stage text-stage-accent">
        <CardPicture broadcast={broadcast} />
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
        <h2 className="line-clamp-2 break-words font-semibold text-lg leading-snug">
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
        <p className="mt-1 flex flex-wrap justify-between gap-x-3 text-ink-soft text-sm">
          <span className="max-w-full truncate">{isLocked ? t('lockedExplanation') : channel}</span>
          {startedAt !== null && <LiveFor since={startedAt} />}
        </p>
      </div>
    </article>
  );
}

/** What the show looks like now; without a preview, why there is no picture, or how many watch. */
function CardPicture({ broadcast }: { broadcast: BroadcastView }) {
  const t = useTranslations('library.lobby');
  const { channel, phase, cameraOn, isLocked, thumbnail, viewers } = broadcast;
  const picture = useFreshPicture(thumbnail === undefined ? null : thumbnailPath(channel, thumbnail));
  if (picture !== null) {
    return (
      // The title beside it says what it shows.
      // biome-ignore lint/performance/noImgElement: it is small already, and replaced every ten seconds.
      <img
        src={picture}
        alt=""
        decoding="sync"
        className="size-full object-cover transition-transform duration-500 motion-safe:group-hover:scale-105"
      />
    );
  }
  if (isLocked) return <CardSign icon={Lock} />;
  if (!cameraOn && phase === 'live') return <CardSign icon={CameraOff} text={t('cameraOff')} />;
  return (
    <div className="grid size-full place-items-center">
      <AudienceSeats
        taken={viewers}
        className="mt-4 w-52 max-w-[70%] transition-transform duration-500 motion-safe:group-hover:scale-105"
      />
    </div>
  );
}

/** A sign in place of the picture. */
function CardSign({ icon: Icon, text }: { icon: LucideIcon; text?: string }) {
  return (
    <div className="grid size-full place-content-center justify-items-center gap-3 pt-4">
      <Icon className="size-11" strokeWidth={1.5} aria-hidden="true" />
      {text !== undefined && <p className="font-medium text-sm text-stage-ink">{text}</p>}
    </div>
  );
}

/** For how long a show has been on, by the server's clock. */
function LiveFor({ since }: { since: number }) {
  const t = useTranslations('library.lobby');
  const format = useFormatter();
  // Without this fallback, the first render would have no time, and the layout would shift.
  const now = useNow() ?? serverClock.now();
  if (now === null) return null;
  const minutes = Math.floor((now - since) / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const unitDisplay = hours > 0 ? 'short' : 'long';
  const units = [
    { count: hours, unit: 'hour' },
    { count: rest, unit: 'minute' },
  ].filter(({ count }) => count > 0);
  const time = units.map(({ count, unit }) => format.number(count, { style: 'unit', unit, unitDisplay })).join(' ');
  return <span className="tabular-nums">{minutes < 1 ? t('justBegun') : t('liveFor', { time })}</span>;
}

import { useTranslations } from 'use-intl';
import type { BroadcastView, UpcomingShow } from '../lib/signaling.ts';
import { LiveClock } from './live-clock.tsx';
import { WatchLink } from './watch-link.tsx';

type ViewerDetailsProps = {
  channel: string;
  broadcast: BroadcastView | null;
  /** What was announced and has not begun. */
  upcoming: UpcomingShow | null;
  /** How often this viewer had to connect again, in words; `null` if never. */
  reconnects: string | null;
};

/** What is on, and the link to pass on. */
export function ViewerDetails({ channel, broadcast, upcoming, reconnects }: ViewerDetailsProps) {
  const t = useTranslations('watch');
  const onAir = broadcast !== null && broadcast.phase !== 'ended' && broadcast.startedAt !== null;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-5 px-4 pt-5 sm:px-0">
      <div className="min-w-0">
        <h1 className="break-words font-bold text-2xl sm:text-3xl">{broadcast?.title ?? upcoming?.title ?? channel}</h1>
        <p className="mt-1.5 text-ink-soft">
          {t('channel', { channel })}
          {onAir && broadcast.startedAt !== null && (
            <span>
              <span aria-hidden="true"> · {t('onAirFor')} </span>
              <LiveClock since={broadcast.startedAt} label={t('onAirFor')} />
            </span>
          )}
        </p>
        {reconnects !== null && (
          <p data-testid="reconnects" className="mt-1 text-ink-soft text-sm">
            {reconnects}
          </p>
        )}
      </div>
      <WatchLink channel={channel} />
    </div>
  );
}

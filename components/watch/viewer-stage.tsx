'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import { useLivePlayer } from '../../lib/browser/player/live-player.ts';
import { type ReconnectTally, rejoinReasons } from '../../lib/browser/watch/reconnects.ts';
import { useViewerSession } from '../../lib/browser/watch/use-viewer-session.ts';
import type { BroadcastView, UpcomingShow } from '../../lib/signaling.ts';
import { WatchLink } from '../shared/copy-link.tsx';
import { LiveClock } from '../shared/live-clock.tsx';
import { StagePlayer } from './stage-player.tsx';

/** A channel from the audience's side: the picture in every state, and the details of the show. */
export function ViewerStage({ channel }: { channel: string }) {
  const session = useViewerSession(channel);
  const { state } = session;
  const { player, playing } = useLivePlayer('stream' in state ? state.stream : null);
  const reconnects = useReconnectText(session.reconnects);
  return (
    <>
      <StagePlayer channel={channel} session={session} player={player} playing={playing} />
      <ViewerDetails
        channel={channel}
        broadcast={'broadcast' in state ? state.broadcast : null}
        upcoming={session.upcoming}
        reconnects={reconnects}
      />
      <div className="px-4 pt-4 sm:px-0">
        <TroubleWatching />
      </div>
    </>
  );
}

/** Returns how often and why this viewer had to reconnect, such as `Reconnected 2× – network`; `null` if never. */
function useReconnectText(tally: ReconnectTally): string | null {
  const t = useTranslations('watch.reconnects');
  const counts = rejoinReasons.flatMap((reason) => {
    const count = tally[reason] ?? 0;
    return count > 0 ? [{ reason: t(reason), count }] : [];
  });
  if (counts.length === 0) return null;
  const count = counts.reduce((sum, one) => sum + one.count, 0);
  const reasons = counts.map((one) => (counts.length === 1 ? one.reason : t('several', one))).join(', ');
  return t('summary', { count, reasons });
}

type ViewerDetailsProps = {
  channel: string;
  broadcast: BroadcastView | null;
  /** The announced show that has not begun. */
  upcoming: UpcomingShow | null;
  /** How often this viewer had to reconnect, as text; `null` if never. */
  reconnects: string | null;
};

/** Details of the show that is on, and the link to share. */
function ViewerDetails({ channel, broadcast, upcoming, reconnects }: ViewerDetailsProps) {
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

/** Few viewers need it, so the others do not wait for it. */
const loadPanel = () => import('../shared/connection-test-panel.tsx');

/** Helps viewers find out why they see nothing, or little. */
function TroubleWatching() {
  const t = useTranslations('line');
  const [open, setOpen] = useState(false);
  const panel = useLazyModule(loadPanel, open);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} className="text-[0.9375rem]">
      <summary className="inline-flex min-h-11 cursor-pointer items-center rounded-xl font-medium text-accent-text">
        {t('troubleWatching')}
      </summary>
      <div className="mt-1 max-w-xl">{open && panel !== null && <panel.ConnectionTestPanel stream={null} />}</div>
    </details>
  );
}

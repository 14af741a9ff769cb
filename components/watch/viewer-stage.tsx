'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import { useLivePlayer } from '../../lib/browser/player/live-player.ts';
import type { ChannelMoment } from '../../lib/browser/recordings/past-shows.ts';
import type { ReconnectTally } from '../../lib/browser/watch/reconnects.ts';
import { useViewerSession } from '../../lib/browser/watch/use-viewer-session.ts';
import type { ViewerState } from '../../lib/browser/watch/viewer-state.ts';
import type { BroadcastView, UpcomingShow } from '../../lib/signaling.ts';
import { WatchLink } from '../shared/copy-link.tsx';
import { LiveClock } from '../shared/live-clock.tsx';
import { StagePlayer } from './stage-player.tsx';

/** It is below the stage, which comes first. */
const loadPastShows = () => import('./past-shows.tsx');

/** Few viewers need it. */
const loadSummary = () => import('./reconnect-summary.tsx');

/** A channel from the audience's side: the picture in every state, and the details of the show. */
export function ViewerStage({ channel }: { channel: string }) {
  const session = useViewerSession(channel);
  const { state } = session;
  const { player, playing } = useLivePlayer('stream' in state ? state.stream : null);
  const broadcast = 'broadcast' in state ? state.broadcast : null;
  const past = useLazyModule(loadPastShows, true);
  return (
    <>
      <StagePlayer channel={channel} session={session} player={player} playing={playing} />
      <ViewerDetails
        channel={channel}
        broadcast={broadcast}
        upcoming={session.upcoming}
        reconnects={session.reconnects}
      />
      {past !== null && <past.ChannelPastShows channel={channel} moment={momentOf(state)} />}
      <div className="px-4 pt-4 sm:px-0">
        <TroubleWatching />
      </div>
    </>
  );
}

function momentOf(state: ViewerState): ChannelMoment {
  if (state.phase === 'failed') return 'closed';
  const broadcast = 'broadcast' in state ? state.broadcast : null;
  return broadcast === null || broadcast.phase === 'ended' ? 'off' : 'on';
}

type ViewerDetailsProps = {
  channel: string;
  broadcast: BroadcastView | null;
  /** The announced show that has not begun. */
  upcoming: UpcomingShow | null;
  /** How often this viewer had to reconnect. */
  reconnects: ReconnectTally;
};

/** Details of the show that is on, and the link to share. */
function ViewerDetails({ channel, broadcast, upcoming, reconnects }: ViewerDetailsProps) {
  const t = useTranslations('watch');
  const summary = useLazyModule(loadSummary, Object.keys(reconnects).length > 0);
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
        {summary !== null && <summary.ReconnectSummary tally={reconnects} />}
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

'use client';

import type { ReactNode } from 'react';
import type { LivePlayer, PlayerState } from '../lib/browser/live-player.ts';
import type { WatcherHandle } from '../lib/browser/use-watcher.ts';
import { StageOverlay } from './stage-overlay.tsx';
import { StagePlayer } from './stage-player.tsx';
import { useAnnouncement } from './use-watcher-words.ts';

type LiveStageProps = {
  channel: string;
  watching: WatcherHandle;
  player: LivePlayer;
  playing: PlayerState;
  /** It is all there is on the page, which stands in somebody else's: links open elsewhere. */
  framed?: boolean;
  extra?: ReactNode;
};

/** The stage of a channel, with everything that may happen on it. */
export function LiveStage({ channel, watching, player, playing, framed = false, extra }: LiveStageProps) {
  const { state, upcoming, tryAgain, report } = watching;
  const announcement = useAnnouncement(state, upcoming !== null);
  return (
    <>
      <StagePlayer
        player={player}
        playing={playing}
        live={state.phase === 'live' ? state.broadcast : null}
        report={report}
        picture={watching.picture}
        fill={framed}
        extra={extra}
      >
        <StageOverlay state={state} upcoming={upcoming} channel={channel} onTryAgain={tryAgain} newTab={framed} />
      </StagePlayer>
      <p className="sr-only" role="status">
        {announcement}
      </p>
    </>
  );
}

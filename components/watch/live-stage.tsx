'use client';

import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { LivePlayer, PlayerState } from '../../lib/browser/player/live-player.ts';
import type { ViewerSessionHandle } from '../../lib/browser/watch/use-viewer-session.ts';
import type { ViewerState } from '../../lib/browser/watch/viewer-state.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import { StageOverlay } from './stage-overlay.tsx';
import { StagePlayer } from './stage-player.tsx';

type LiveStageProps = {
  channel: string;
  session: ViewerSessionHandle;
  player: LivePlayer;
  playing: PlayerState;
  /** It fills a page that is embedded in another site's page, so links open in a new tab. */
  framed?: boolean;
  extra?: ReactNode;
};

/** The stage of a channel in every state. */
export function LiveStage({ channel, session, player, playing, framed = false, extra }: LiveStageProps) {
  const { state, upcoming, tryAgain, report } = session;
  const announcement = useAnnouncement(state, upcoming !== null);
  return (
    <>
      <StagePlayer
        player={player}
        playing={playing}
        live={state.phase === 'live' ? state.broadcast : null}
        report={report}
        picture={session.picture}
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

/**
 * The text that a screen reader reads out when the state changes; empty while there is no news.
 * @param awaited a show was announced, and another element reads out its announcement
 */
function useAnnouncement(state: ViewerState, awaited: boolean): string {
  const t = useTranslations('watch.spoken');
  const interrupted = (interruption: BroadcastView['interruption']) => {
    if (interruption?.recurring) return t('serverTrouble');
    return interruption?.by === 'media-server' ? t('serverRecovering') : t('presenterAway');
  };
  switch (state.phase) {
    case 'idle':
      return '';
    case 'asking':
      if (state.unanswered === null) return '';
      return state.unanswered.code === 'signaling-blocked' ? t('blocked') : t('unanswered');
    case 'live':
    case 'reconnecting':
      return state.broadcast.phase === 'interrupted' ? interrupted(state.broadcast.interruption) : t(state.phase);
    case 'waiting':
      return awaited ? '' : t('waiting');
    case 'full':
      return state.position === null ? '' : t('full', { position: state.position });
    default:
      return t(state.phase);
  }
}

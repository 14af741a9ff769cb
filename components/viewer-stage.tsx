'use client';

import { useWatcher } from '../lib/browser/use-watcher.ts';
import { StageOverlay } from './stage-overlay.tsx';
import { StagePlayer } from './stage-player.tsx';
import { TroubleWatching } from './trouble-watching.tsx';
import { ViewerDetails } from './viewer-details.tsx';
import { announcementFor, reconnectWords } from './watcher-words.ts';

/** A channel from the audience's side: the picture, what to know about it, and everything that may happen. */
export function ViewerStage({ channel }: { channel: string }) {
  const { state, reconnects, tryAgain } = useWatcher(channel);
  const stream = 'stream' in state ? state.stream : null;
  const broadcast = 'broadcast' in state ? state.broadcast : null;
  return (
    <>
      <StagePlayer stream={stream} live={state.phase === 'live' ? state.broadcast : null}>
        <StageOverlay state={state} channel={channel} onTryAgain={tryAgain} />
      </StagePlayer>
      <ViewerDetails channel={channel} broadcast={broadcast} reconnects={reconnectWords(reconnects)} />
      <div className="px-4 pt-4 sm:px-0">
        <TroubleWatching />
      </div>
      <p className="sr-only" role="status">
        {announcementFor(state)}
      </p>
    </>
  );
}

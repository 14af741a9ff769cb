'use client';

import { useLivePlayer } from '../lib/browser/live-player.ts';
import { useWatcher } from '../lib/browser/use-watcher.ts';
import { LiveStage } from './live-stage.tsx';
import { TroubleWatching } from './trouble-watching.tsx';
import { useReconnectWords } from './use-watcher-words.ts';
import { ViewerDetails } from './viewer-details.tsx';

/** A channel from the audience's side: the picture, what to know about it, and everything that may happen. */
export function ViewerStage({ channel }: { channel: string }) {
  const watching = useWatcher(channel);
  const { state } = watching;
  const { player, playing } = useLivePlayer('stream' in state ? state.stream : null);
  const reconnects = useReconnectWords(watching.reconnects);
  return (
    <>
      <LiveStage channel={channel} watching={watching} player={player} playing={playing} />
      <ViewerDetails
        channel={channel}
        broadcast={'broadcast' in state ? state.broadcast : null}
        upcoming={watching.upcoming}
        reconnects={reconnects}
      />
      <div className="px-4 pt-4 sm:px-0">
        <TroubleWatching />
      </div>
    </>
  );
}

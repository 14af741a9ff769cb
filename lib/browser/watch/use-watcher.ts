import { useEffect, useState } from 'react';
import type { UpcomingShow } from '../../signaling.ts';
import { useStore } from '../page/use-store.ts';
import type { SeenPicture } from './frame-watch.ts';
import type { ReconnectTally } from './reconnects.ts';
import { begunWatcher } from './use-watch-ahead.ts';
import { Watcher } from './watcher.ts';
import type { WatcherState } from './watcher-state.ts';

/** What a component needs of a watcher. */
export type WatcherHandle = {
  state: WatcherState;
  reconnects: ReconnectTally;
  /** What was announced on the channel and has not begun. */
  upcoming: UpcomingShow | null;
  /** The picture on the present link. */
  picture: SeenPicture;
  tryAgain: () => void;
  /** What the browser measures of the link; `null` while there is none. The same function every time. */
  report: () => Promise<RTCStatsReport | null>;
};

/** Watches `channel` as long as the component is shown. A component that changes channels needs a `key`. */
export function useWatcher(channel: string): WatcherHandle {
  const [watcher] = useState(() => {
    const found = begunWatcher.get();
    return found?.channel === channel ? found : new Watcher(channel);
  });
  useEffect(() => {
    if (begunWatcher.get() === watcher) begunWatcher.set(null);
    watcher.open();
    return () => watcher.close();
  }, [watcher]);
  const { reconnects, upcoming, picture } = watcher;
  return {
    state: useStore(watcher.state),
    reconnects: useStore(reconnects.state),
    upcoming: useStore(upcoming),
    picture: useStore(picture),
    tryAgain: () => watcher.reopen(),
    report: watcher.report,
  };
}

import { useEffect, useState, useSyncExternalStore } from 'react';
import { Watcher } from './watcher.ts';
import type { WatcherState } from './watcher-state.ts';

/** Watches `channel` as long as the component is shown. A component that changes channels needs a `key`. */
export function useWatcher(channel: string): { state: WatcherState; tryAgain: () => void } {
  const [watcher] = useState(() => new Watcher(channel));
  useEffect(() => {
    watcher.open();
    return () => watcher.close();
  }, [watcher]);
  const state = useSyncExternalStore(watcher.subscribe, watcher.getState, watcher.getState);
  return { state, tryAgain: () => watcher.reopen() };
}

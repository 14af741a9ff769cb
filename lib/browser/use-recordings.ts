import { useEffect, useState, useSyncExternalStore } from 'react';
import { RecordingsFeed, type RecordingsState } from './recordings-feed.ts';

/** The list of recordings, kept fresh as long as the component is shown. */
export function useRecordings(): RecordingsState & { refresh: () => void } {
  const [feed] = useState(() => new RecordingsFeed());
  useEffect(() => {
    feed.refresh();
    return () => feed.close();
  }, [feed]);
  const state = useSyncExternalStore(feed.subscribe, feed.getState, feed.getState);
  return { ...state, refresh: () => feed.refresh() };
}

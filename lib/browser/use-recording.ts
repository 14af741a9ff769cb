import { useEffect, useState, useSyncExternalStore } from 'react';
import { fetchRecording } from './recordings-client.ts';
import { RecordingsFeed, type RecordingsState } from './recordings-feed.ts';

/** One recording, kept fresh while it grows. A component that changes recordings needs a `key`. */
export function useRecording(id: string): RecordingsState & { refresh: () => void } {
  const [feed] = useState(() => new RecordingsFeed(async (signal) => [await fetchRecording(id, signal)]));
  useEffect(() => {
    feed.refresh();
    return () => feed.close();
  }, [feed]);
  const state = useSyncExternalStore(feed.subscribe, feed.getState, feed.getState);
  return { ...state, refresh: () => feed.refresh() };
}

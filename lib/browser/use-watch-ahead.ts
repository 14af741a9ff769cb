import { useCallback, useEffect, useState } from 'react';
import { begunWatcher } from './begun-watcher.ts';
import type { Signaling } from './signaling-client.ts';
import { useLater } from './use-later.ts';
import type { WatchAhead } from './watch-ahead.ts';
import { whenIdle } from './when-idle.ts';

const load = () => import('./watch-ahead.ts');

/**
 * To be called with a channel when its page is asked for, so that connecting begins at once, over the line that
 * `handOver` has to give. What that takes is loaded once it is `wanted`; until then the page does it alone.
 */
export function useWatchAhead(wanted: boolean, handOver: () => Signaling | null): (channel: string) => void {
  const loaded = useLater(load, wanted);
  const [ahead, setAhead] = useState<WatchAhead | null>(null);
  useEffect(() => {
    if (loaded === null) return;
    const made = new loaded.WatchAhead(begunWatcher);
    const stopWaiting = whenIdle(() => made.prepare());
    setAhead(made);
    return () => {
      stopWaiting();
      made.close();
    };
  }, [loaded]);
  return useCallback((channel) => ahead?.begin(channel, handOver()), [ahead, handOver]);
}

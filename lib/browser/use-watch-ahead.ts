import { useCallback, useContext } from 'react';
import { BegunWatcher } from './begun-watcher.ts';
import type { Signaling } from './signaling-client.ts';
import { useLater } from './use-later.ts';

const load = () => import('./watch-ahead.ts');

/**
 * To be called with a channel when its page is asked for, so that connecting begins at once, over the line that
 * `handOver` has to give. What that takes is loaded once it is `wanted`; until then the page does it alone.
 */
export function useWatchAhead(wanted: boolean, handOver: () => Signaling | null): (channel: string) => void {
  const begun = useContext(BegunWatcher);
  const loaded = useLater(load, wanted);
  return useCallback(
    (channel) => {
      if (begun !== null && loaded !== null) loaded.watchAhead(begun, channel, handOver());
    },
    [begun, loaded, handOver],
  );
}

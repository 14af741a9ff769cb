import { useCallback, useEffect, useState } from 'react';
import { Store } from '../page/store.ts';
import { useLazyModule } from '../page/use-lazy-module.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import type { ViewerPreconnect } from './viewer-preconnect.ts';
import type { ViewerSession } from './viewer-session.ts';

const load = () => import('./viewer-preconnect.ts');

/**
 * To be called with a channel when its page is asked for, so that connecting begins at once, over the socket that
 * `releaseSocket` has to give. What that takes is loaded once it is `wanted`; until then the page does it alone.
 */
export function useViewerPreconnect(wanted: boolean, releaseSocket: () => Signaling | null): (channel: string) => void {
  const loaded = useLazyModule(load, wanted);
  const [ahead, setAhead] = useState<ViewerPreconnect | null>(null);
  useEffect(() => {
    if (loaded === null) return;
    const made = new loaded.ViewerPreconnect(preconnectedSession);
    const stopWaiting = whenIdle(() => made.prepare());
    setAhead(made);
    return () => {
      stopWaiting();
      made.close();
    };
  }, [loaded]);
  return useCallback((channel) => ahead?.begin(channel, releaseSocket()), [ahead, releaseSocket]);
}

/**
 * The viewer session that began before its page was there, until that takes it and leaves `null`. There is one page at
 * a time in a browser, and none begins on a server.
 */
export const preconnectedSession = new Store<ViewerSession | null>(null);

/** Where a browser does not tell, nobody waits longer for the page to be drawn, in milliseconds. */
const drawnMs = 300;

/**
 * Calls `act` once the page has nothing better to do.
 * @returns a function after which it is not called any more
 */
function whenIdle(act: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const idle = requestIdleCallback(act, { timeout: 2_000 });
    return () => cancelIdleCallback(idle);
  }
  // Safari: https://caniuse.com/requestidlecallback
  const timer = setTimeout(act, drawnMs);
  return () => clearTimeout(timer);
}

import { useCallback, useEffect, useState } from 'react';
import { Store } from '../page/store.ts';
import { useLazyModule } from '../page/use-lazy-module.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import type { ViewerPreconnect } from './viewer-preconnect.ts';
import type { ViewerSession } from './viewer-session.ts';

const load = () => import('./viewer-preconnect.ts');

/**
 * Returns a function to call with a channel when its page is requested, so that connecting begins immediately, over the
 * socket that `releaseSocket` returns. The code for that is loaded once it is `wanted`; until then the page connects on
 * its own.
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
 * The viewer session that was started before its page was loaded, until the page takes it and leaves `null`. A browser
 * shows one page at a time, and no session is started on a server.
 */
export const preconnectedSession = new Store<ViewerSession | null>(null);

/** How long to wait for the page to be drawn, in milliseconds, in browsers that do not report when they are idle. */
const drawnMs = 300;

/**
 * Calls `act` once the page is idle.
 * @returns a function that cancels the call
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

import { useEffect, useState } from 'react';
import type { UpcomingShow } from '../../signaling.ts';
import type { PictureChoice, Tier } from '../../tiers.ts';
import type { ReadableStore } from '../page/store.ts';
import { viewerCredentials } from '../page/stored-credentials.ts';
import { useStore } from '../page/use-store.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import type { SeenTier } from './picture-control.ts';
import type { ReconnectTally } from './reconnects.ts';
import type { SeenPicture } from './stall-monitor.ts';
import { preconnectedSession } from './use-viewer-preconnect.ts';
import { ViewerSession } from './viewer-session.ts';
import type { ViewerState } from './viewer-state.ts';

/** A viewer session, as components use it. */
export type ViewerSessionHandle = {
  state: ViewerState;
  reconnects: ReconnectTally;
  /** The socket to the server; `null` while there is none. */
  signaling: ReadableStore<Signaling | null>;
  /** The announced show on the channel that has not begun. */
  upcoming: UpcomingShow | null;
  /** The picture on the current link. */
  picture: SeenPicture;
  /** Which tier of the picture the viewer wants, and gets. */
  tier: SeenTier;
  choose: (choice: PictureChoice) => void;
  /** Says that the page can show no more than this. */
  limitTo: (limit: Tier) => void;
  tryAgain: () => void;
  /** The browser's report on the link; `null` while there is no link. The same function at every render. */
  report: () => Promise<RTCStatsReport | null>;
};

/** Watches `channel` as long as the component is mounted. A component that changes channels needs a `key`. */
export function useViewerSession(channel: string): ViewerSessionHandle {
  const [session] = useState(() => {
    const found = preconnectedSession.get();
    return found?.channel === channel ? found : new ViewerSession(channel);
  });
  useEffect(() => {
    if (preconnectedSession.get() === session) preconnectedSession.set(null);
    viewerCredentials.take(channel, window);
    session.open();
    // A link that is opened in this tab loads no page.
    const look = () => {
      if (viewerCredentials.take(channel, window)) openAgain(session);
    };
    addEventListener('hashchange', look);
    return () => {
      removeEventListener('hashchange', look);
      session.close();
    };
  }, [session, channel]);
  const { reconnects, upcoming, picture, tier } = session;
  return {
    state: useStore(session.state),
    reconnects: useStore(reconnects.state),
    upcoming: useStore(upcoming),
    picture: useStore(picture),
    tier: useStore(tier.state),
    choose: (choice) => tier.choose(choice),
    limitTo: (limit) => tier.limitTo(limit),
    tryAgain: () => openAgain(session),
    report: session.report,
    signaling: session.signaling,
  };
}

function openAgain(session: ViewerSession): void {
  session.close();
  session.open();
}

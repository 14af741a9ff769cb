import { useEffect, useState } from 'react';
import type { UpcomingShow } from '../../signaling.ts';
import { useStore } from '../page/use-store.ts';
import type { ReconnectTally } from './reconnects.ts';
import type { SeenPicture } from './stall-monitor.ts';
import { preconnectedSession } from './use-viewer-preconnect.ts';
import { ViewerSession } from './viewer-session.ts';
import type { ViewerState } from './viewer-state.ts';

/** What a component needs of a viewer session. */
export type ViewerSessionHandle = {
  state: ViewerState;
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
export function useViewerSession(channel: string): ViewerSessionHandle {
  const [session] = useState(() => {
    const found = preconnectedSession.get();
    return found?.channel === channel ? found : new ViewerSession(channel);
  });
  useEffect(() => {
    if (preconnectedSession.get() === session) preconnectedSession.set(null);
    session.open();
    return () => session.close();
  }, [session]);
  const { reconnects, upcoming, picture } = session;
  return {
    state: useStore(session.state),
    reconnects: useStore(reconnects.state),
    upcoming: useStore(upcoming),
    picture: useStore(picture),
    tryAgain: () => session.reopen(),
    report: session.report,
  };
}

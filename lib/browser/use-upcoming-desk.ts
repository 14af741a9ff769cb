import { useEffect, useState, useSyncExternalStore } from 'react';
import { UpcomingDesk, type UpcomingDeskState } from './upcoming-desk.ts';

/** What is announced, and the desk to announce more, as long as the component is shown. */
export function useUpcomingDesk(): { desk: UpcomingDesk; state: UpcomingDeskState } {
  const [desk] = useState(() => new UpcomingDesk());
  useEffect(() => {
    desk.open();
    return () => desk.close();
  }, [desk]);
  return { desk, state: useSyncExternalStore(desk.subscribe, desk.getState, desk.getState) };
}

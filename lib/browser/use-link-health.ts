import { useEffect, useState, useSyncExternalStore } from 'react';
import { type LinkHealth, LinkMonitor, type LinkMonitorParts } from './link-monitor.ts';
import type { PresenterHealth } from './stutter.ts';

/** How the link does, once a second, as long as the component is shown. `report` must stay the same function. */
export function useLinkHealth(report: LinkMonitorParts['report'], presenterHealth: PresenterHealth): LinkHealth {
  const [monitor] = useState(() => new LinkMonitor(report));
  useEffect(() => {
    monitor.open();
    return () => monitor.close();
  }, [monitor]);
  useEffect(() => monitor.learn(presenterHealth), [monitor, presenterHealth]);
  return useSyncExternalStore(monitor.subscribe, monitor.getState, monitor.getState);
}

import { useEffect, useState } from 'react';
import { serverClock } from './server-clock.ts';

/**
 * The time now by the server's clock in milliseconds since the epoch, once a second; `null` until the page has come
 * alive and the server has answered. The times that the server tells are to be compared with this one alone.
 */
export function useNow(): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(serverClock.now());
    const timer = setInterval(() => setNow(serverClock.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

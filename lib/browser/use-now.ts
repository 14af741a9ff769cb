import { useEffect, useState } from 'react';

/** The time now in milliseconds since the epoch, once a second; `null` until the page has come alive. */
export function useNow(): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

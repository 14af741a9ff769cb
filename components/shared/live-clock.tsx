'use client';

import { formatClock } from '../../lib/browser/page/format.ts';
import { useNow } from '../../lib/browser/signaling/server-clock.ts';

/** A running clock of how long something has been on. `label` explains the time to screen readers. */
export function LiveClock({ since, label }: { since: number; label: string }) {
  const now = useNow();
  return (
    <span role="timer" className="tabular-nums">
      <span className="sr-only">{label} </span>
      {formatClock(now === null ? 0 : now - since)}
    </span>
  );
}

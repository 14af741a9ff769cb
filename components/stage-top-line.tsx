import { Eye } from 'lucide-react';
import { formatViewers } from '../lib/browser/format.ts';
import type { BroadcastView } from '../lib/signaling.ts';
import { Badge } from './ui/badge.tsx';
import { LiveBadge } from './ui/live-badge.tsx';

/** What stands in the upper corner of the picture. */
export function StageTopLine({ broadcast }: { broadcast: BroadcastView }) {
  return (
    <div className="pointer-events-none absolute top-3 left-3 z-20 flex gap-2">
      {broadcast.phase === 'live' && <LiveBadge />}
      <Badge tone="stage">
        <Eye aria-hidden="true" />
        {formatViewers(broadcast.viewers)}
      </Badge>
    </div>
  );
}

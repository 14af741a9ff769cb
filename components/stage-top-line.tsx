import { Eye } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BroadcastView } from '../lib/signaling.ts';
import { Badge } from './ui/badge.tsx';
import { LiveBadge } from './ui/live-badge.tsx';

/** What stands in the upper corner of the picture. */
export function StageTopLine({ broadcast }: { broadcast: BroadcastView }) {
  const t = useTranslations('watch.stage');
  return (
    <div className="fades pointer-events-none absolute top-3 left-3 z-20 flex gap-2">
      {broadcast.phase === 'live' && <LiveBadge />}
      <Badge tone="stage">
        <Eye aria-hidden="true" />
        {t('viewers', { count: broadcast.viewers })}
      </Badge>
    </div>
  );
}

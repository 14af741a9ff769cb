import type { Recording } from '../lib/recording.ts';
import { Badge } from './ui/badge.tsx';
import { LiveBadge } from './ui/live-badge.tsx';

/** The state of a recording, unless it is the usual one. */
export function RecordingStateBadge({ recording }: { recording: Recording }) {
  switch (recording.state) {
    case 'ready':
      return null;
    case 'recording':
      return <LiveBadge />;
    case 'finishing':
      return <Badge>Being finished…</Badge>;
    case 'failed':
      return <Badge tone="danger">Failed</Badge>;
  }
}

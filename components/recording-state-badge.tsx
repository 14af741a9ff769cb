import { useTranslations } from 'use-intl';
import type { Recording } from '../lib/recording.ts';
import { Badge } from './ui/badge.tsx';
import { LiveBadge } from './ui/live-badge.tsx';

/** The state of a recording, unless it is the usual one. */
export function RecordingStateBadge({ recording }: { recording: Recording }) {
  const t = useTranslations('library.recording');
  switch (recording.state) {
    case 'ready':
      return null;
    case 'recording':
      return <LiveBadge />;
    case 'finishing':
      return <Badge>{t('finishing')}</Badge>;
    case 'failed':
      return <Badge tone="danger">{t('failed')}</Badge>;
  }
}

import { useTranslations } from 'use-intl';
import type { RecordingPhase } from '../lib/signaling.ts';
import { Badge, type BadgeTone } from './ui/badge.tsx';

const tones: Record<RecordingPhase, BadgeTone> = {
  off: 'neutral',
  starting: 'neutral',
  recording: 'accent',
  paused: 'warning',
  finishing: 'neutral',
  finished: 'accent',
  failed: 'danger',
};

/** What becomes of the recording. */
export function RecordingPhaseBadge({ phase }: { phase: RecordingPhase }) {
  const t = useTranslations('studio.recording.phases');
  return (
    <p role="status">
      <Badge tone={tones[phase]}>{t(phase)}</Badge>
    </p>
  );
}

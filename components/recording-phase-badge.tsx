import type { RecordingPhase } from '../lib/signaling.ts';
import { Badge, type BadgeTone } from './ui/badge.tsx';

const words: Record<RecordingPhase, { tone: BadgeTone; text: string }> = {
  off: { tone: 'neutral', text: 'Not recorded' },
  starting: { tone: 'neutral', text: 'Recording starts…' },
  recording: { tone: 'accent', text: 'Recording' },
  paused: { tone: 'warning', text: 'Recording paused' },
  finishing: { tone: 'neutral', text: 'Finishing the recording…' },
  finished: { tone: 'accent', text: 'Recording finished' },
  failed: { tone: 'danger', text: 'Recording failed. The broadcast goes on.' },
};

/** What becomes of the recording. */
export function RecordingPhaseBadge({ phase }: { phase: RecordingPhase }) {
  const { tone, text } = words[phase];
  return (
    <p role="status">
      <Badge tone={tone}>{text}</Badge>
    </p>
  );
}

import { Circle, Pause, RotateCw, Square } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { RecordingMode, RecordingPhase } from '../../lib/signaling.ts';
import { Button } from '../ui/button.tsx';
import { Spinner } from '../ui/spinner.tsx';

type RecordingButtonsProps = {
  phase: RecordingPhase;
  /** False while the server cannot be reached. */
  ready: boolean;
  /** The mode that was just requested from the server. */
  asking: RecordingMode | null;
  onPress: (mode: RecordingMode) => void;
};

/** The request behind a button. Its short text is next to the word "Recording"; its accessible name is complete. */
const start = { mode: 'on', text: 'start', name: 'start', icon: Circle } as const;
const pause = { mode: 'paused', text: 'pause', name: 'pauseName', icon: Pause } as const;
const resume = { mode: 'on', text: 'resume', name: 'resumeName', icon: Circle } as const;
const retry = { mode: 'on', text: 'retry', name: 'retryName', icon: RotateCw } as const;
const stop = { mode: 'off', text: 'stop', name: 'stopName', icon: Square } as const;

type Action = typeof start | typeof pause | typeof resume | typeof retry | typeof stop;

const actions: Record<RecordingPhase, Action[]> = {
  off: [start],
  starting: [pause, stop],
  recording: [pause, stop],
  paused: [resume, stop],
  finishing: [start],
  finished: [start],
  failed: [retry, stop],
};

/** The actions on the recording that are possible now. The first button stays the same, so that it keeps the focus. */
export function RecordingButtons({ phase, ready, asking, onPress }: RecordingButtonsProps) {
  const t = useTranslations('studio.recording');
  return (
    <div className="flex gap-3">
      {actions[phase].map(({ mode, text, name, icon: Icon }, place) => (
        <Button
          // biome-ignore lint/suspicious/noArrayIndexKey: the position identifies a button here.
          key={place}
          className="flex-1"
          aria-label={t(name)}
          // A button that is disabled while its request runs would lose the focus.
          aria-busy={asking === mode}
          disabled={!ready || phase === 'finishing'}
          onClick={() => onPress(mode)}
        >
          {asking === mode ? (
            <Spinner />
          ) : (
            <Icon aria-hidden="true" {...(Icon !== RotateCw && { fill: 'currentColor' })} />
          )}
          {t(text)}
        </Button>
      ))}
    </div>
  );
}

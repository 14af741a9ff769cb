import { Circle, Pause, RotateCw, Square } from 'lucide-react';
import type { RecordingPhase, RecordingWish } from '../lib/signaling.ts';
import { Button } from './ui/button.tsx';
import { Spinner } from './ui/spinner.tsx';

type RecordingButtonsProps = {
  phase: RecordingPhase;
  /** False while the server cannot be asked. */
  ready: boolean;
  /** What the server was just asked for. */
  asking: RecordingWish | null;
  onPress: (wish: RecordingWish) => void;
};

type Action = { wish: RecordingWish; text: string; name: string; icon: typeof Circle };

const start: Action = { wish: 'on', text: 'Start recording', name: 'Start recording', icon: Circle };
const pause: Action = { wish: 'paused', text: 'Pause', name: 'Pause recording', icon: Pause };
const resume: Action = { wish: 'on', text: 'Resume', name: 'Resume recording', icon: Circle };
const retry: Action = { wish: 'on', text: 'Try again', name: 'Try again to record', icon: RotateCw };
const stop: Action = { wish: 'off', text: 'Stop', name: 'Stop recording', icon: Square };

const actions: Record<RecordingPhase, Action[]> = {
  off: [start],
  starting: [pause, stop],
  recording: [pause, stop],
  paused: [resume, stop],
  finishing: [start],
  finished: [start],
  failed: [retry, stop],
};

/** What can be done with the recording now. The first button stays the same one, so that it keeps the focus. */
export function RecordingButtons({ phase, ready, asking, onPress }: RecordingButtonsProps) {
  return (
    <div className="flex gap-3">
      {actions[phase].map(({ wish, text, name, icon: Icon }, place) => (
        <Button
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is what identifies a button here.
          key={place}
          className="flex-1"
          aria-label={name}
          // A button that is disabled while it works would lose the focus.
          aria-busy={asking === wish}
          disabled={!ready || phase === 'finishing'}
          onClick={() => onPress(wish)}
        >
          {asking === wish ? (
            <Spinner />
          ) : (
            <Icon aria-hidden="true" {...(Icon !== RotateCw && { fill: 'currentColor' })} />
          )}
          {text}
        </Button>
      ))}
    </div>
  );
}

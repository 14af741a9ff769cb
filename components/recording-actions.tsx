import { Download, Play, Trash2 } from 'lucide-react';
import { type Recording, recordingPaths } from '../lib/recording.ts';
import { Button } from './ui/button.tsx';
import { buttonClass } from './ui/button-style.ts';

type RecordingActionsProps = { recording: Recording; onPlay?: () => void; onDelete: () => void };

/** What can be done with a recording; what is not possible yet is not offered. */
export function RecordingActions({ recording, onPlay, onDelete }: RecordingActionsProps) {
  const about = <span className="sr-only"> {recording.title}</span>;
  return (
    <div className="flex flex-wrap gap-2">
      {recording.state === 'ready' && (
        <>
          {onPlay && (
            <Button variant="primary" onClick={onPlay}>
              <Play aria-hidden="true" />
              <span>Play{about}</span>
            </Button>
          )}
          <a className={buttonClass({})} href={recordingPaths.download(recording.id)} download>
            <Download aria-hidden="true" />
            <span>Download{about}</span>
          </a>
        </>
      )}
      {recording.state !== 'recording' && recording.state !== 'finishing' && (
        <Button variant="ghost" onClick={onDelete}>
          <Trash2 aria-hidden="true" />
          <span className="max-sm:sr-only">Delete{about}</span>
        </Button>
      )}
    </div>
  );
}

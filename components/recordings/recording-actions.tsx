import { Download, Play, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { type Recording, recordingPaths } from '../../lib/recording.ts';
import { Button, buttonClass } from '../ui/button.tsx';

type RecordingActionsProps = { recording: Recording; onPlay?: () => void; onDelete: () => void };

/** The actions on a recording. An action that is not possible yet is not offered. */
export function RecordingActions({ recording, onPlay, onDelete }: RecordingActionsProps) {
  const t = useTranslations('library.recording');
  // A list has many such buttons. Screen readers read out the title that each one belongs to.
  const words = { title: recording.title, about: (title: ReactNode) => <span className="sr-only">{title}</span> };
  return (
    <div className="flex flex-wrap gap-2">
      {recording.state === 'ready' && (
        <>
          {onPlay && (
            <Button variant="primary" onClick={onPlay}>
              <Play aria-hidden="true" />
              <span>{t.rich('play', words)}</span>
            </Button>
          )}
          <a className={buttonClass({})} href={recordingPaths.download(recording.id)} download>
            <Download aria-hidden="true" />
            <span>{t.rich('download', words)}</span>
          </a>
        </>
      )}
      {recording.state !== 'recording' && recording.state !== 'finishing' && (
        <Button variant="ghost" onClick={onDelete}>
          <Trash2 aria-hidden="true" />
          <span className="max-sm:sr-only">{t.rich('delete', words)}</span>
        </Button>
      )}
    </div>
  );
}

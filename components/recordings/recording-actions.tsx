'use client';

import { Download, Pencil, Play, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import { usePresenterKey } from '../../lib/browser/studio/presenter-key.ts';
import { type Recording, recordingPaths } from '../../lib/recording.ts';
import { Button, buttonClass } from '../ui/button.tsx';

type RecordingActionsProps = {
  recording: Recording;
  onPlay?: () => void;
  onDelete: () => void;
  /** Whether the less common actions show no words. */
  isCompact?: boolean;
};

/**
 * The actions on a recording. An action that is not possible yet is not offered, and one that needs a key is
 * offered only to people who have one.
 */
export function RecordingActions({ recording, onPlay, onDelete, isCompact = false }: RecordingActionsProps) {
  const t = useTranslations('library.recording');
  const { key } = usePresenterKey();
  const [isEditing, setEditing] = useState(false);
  const editor = useLazyModule(loadEditor, isEditing);
  // A list has many such buttons. Screen readers read out the title that each one belongs to.
  const words = { title: recording.title, about: (title: ReactNode) => <span className="sr-only">{title}</span> };
  const wordClass = isCompact ? 'sr-only' : 'max-sm:sr-only';
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
      {key !== null && (
        <Button variant="ghost" size={isCompact ? 'icon' : 'md'} onClick={() => setEditing(true)}>
          <Pencil aria-hidden="true" />
          <span className={wordClass}>{t.rich('edit', words)}</span>
        </Button>
      )}
      {recording.state !== 'recording' && recording.state !== 'finishing' && (
        <Button variant="ghost" size={isCompact ? 'icon' : 'md'} onClick={onDelete}>
          <Trash2 aria-hidden="true" />
          <span className={wordClass}>{t.rich('delete', words)}</span>
        </Button>
      )}
      {isEditing && editor !== null && <editor.EditRecording recording={recording} onClose={() => setEditing(false)} />}
    </div>
  );
}

const loadEditor = () => import('./edit-recording.tsx');

'use client';

import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useRecordings } from '../lib/browser/recordings-feed.ts';
import type { Recording } from '../lib/recording.ts';
import { DeleteRecording } from './delete-recording.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { RecordingDialog } from './recording-dialog.tsx';
import { RecordingRow } from './recording-row.tsx';
import { Button } from './ui/button.tsx';
import { ButtonLink } from './ui/button-link.tsx';
import { EmptyState } from './ui/empty-state.tsx';
import { Spinner } from './ui/spinner.tsx';
import { Toasts } from './ui/toasts.tsx';

/** All recordings, newest first: watch, keep, delete. */
export function RecordingList() {
  const t = useTranslations();
  const { recordings, error, refresh } = useRecordings();
  const [playing, setPlaying] = useState<Recording | null>(null);
  const [deleting, setDeleting] = useState<Recording | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const deleted = () => {
    // The button that was pressed goes away with its row. Who uses the keyboard goes on from the top of the list.
    heading.current?.focus({ preventScroll: true });
    refresh();
  };
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="font-bold text-3xl outline-none sm:text-4xl">
        {t('library.list.title')}
      </h1>
      <p className="mt-2 text-ink-soft">{t('library.list.about')}</p>
      <div className="mt-8 grid grid-cols-1 gap-4">
        {error !== null && (
          <ErrorNotice
            error={error}
            tone="warning"
            actions={<Button onClick={refresh}>{t('common.tryAgain')}</Button>}
          />
        )}
        {recordings === null && error === null && (
          <p role="status" className="flex items-center gap-3 py-10 text-ink-soft">
            <Spinner /> {t('library.list.looking')}
          </p>
        )}
        {recordings?.length === 0 && (
          <EmptyState
            level={2}
            title={t('library.list.empty')}
            actions={<ButtonLink href="/present">{t('library.goLive')}</ButtonLink>}
          >
            <p>{t('library.list.emptyExplanation')}</p>
          </EmptyState>
        )}
        {recordings !== null && recordings.length > 0 && (
          <ul className="grid grid-cols-1 gap-3">
            {recordings.map((recording) => (
              <li key={recording.id}>
                <RecordingRow
                  recording={recording}
                  onPlay={() => setPlaying(recording)}
                  onDelete={() => setDeleting(recording)}
                />
              </li>
            ))}
          </ul>
        )}
      </div>
      <RecordingDialog recording={playing} onClose={() => setPlaying(null)} />
      <DeleteRecording recording={deleting} onClose={() => setDeleting(null)} onDeleted={deleted} />
      <Toasts />
    </>
  );
}

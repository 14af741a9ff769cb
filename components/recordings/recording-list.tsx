'use client';

import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useRecordings } from '../../lib/browser/recordings/recordings-feed.ts';
import type { Recording } from '../../lib/recording.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageLink } from '../ui/page-link.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { DeleteRecording } from './delete-recording.tsx';
import { RecordingActions } from './recording-actions.tsx';
import { RecordingInfo, RecordingStateBadge } from './recording-info.tsx';
import { RecordingVideo } from './recording-video.tsx';

/** All recordings, newest first, to watch, download or delete. */
export function RecordingList() {
  const t = useTranslations();
  const { recordings, error, refresh } = useRecordings();
  const [playing, setPlaying] = useState<Recording | null>(null);
  const [deleting, setDeleting] = useState<Recording | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const deleted = () => {
    // The pressed button disappears with its row. Keyboard users continue from the top of the list.
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
            actions={
              error.code === 'presenters-only' ? (
                <ButtonLink href="/present">{t('library.goLive')}</ButtonLink>
              ) : (
                <Button onClick={refresh}>{t('common.tryAgain')}</Button>
              )
            }
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

type RecordingRowProps = { recording: Recording; onPlay: () => void; onDelete: () => void };

/** One recording in the list. */
function RecordingRow({ recording, onPlay, onDelete }: RecordingRowProps) {
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5 lg:grid-cols-[minmax(0,1fr)_auto] lg:items-center">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="min-w-0 truncate font-semibold text-lg">
            <PageLink href={`/recordings/${encodeURIComponent(recording.id)}`} className="rounded hover:underline">
              {recording.title}
            </PageLink>
          </h2>
          <RecordingStateBadge recording={recording} />
        </div>
        <RecordingInfo recording={recording} />
      </div>
      <RecordingActions recording={recording} onPlay={onPlay} onDelete={onDelete} />
    </Card>
  );
}

/** Plays a recording over the list. */
function RecordingDialog({ recording, onClose }: { recording: Recording | null; onClose: () => void }) {
  return (
    <Dialog open={recording !== null} onClose={onClose} title={recording?.title ?? ''} wide>
      {recording !== null && <RecordingVideo recording={recording} autoPlay />}
    </Dialog>
  );
}

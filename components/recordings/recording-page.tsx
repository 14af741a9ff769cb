'use client';

import { ArrowLeft } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { fetchRecording } from '../../lib/browser/recordings/recordings-client.ts';
import { useRecordings } from '../../lib/browser/recordings/recordings-feed.ts';
import type { ErrorBody } from '../../lib/errors.ts';
import { channelOfRecording, type Recording } from '../../lib/recording.ts';
import { ReplayedConversation } from '../conversation/replayed-conversation.tsx';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { PasscodeForm } from '../shared/passcode-form.tsx';
import { StageMessage } from '../shared/stage-message.tsx';
import { TabTitle } from '../shared/tab-title.tsx';
import { useErrorText } from '../shared/use-error-text.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageLink } from '../ui/page-link.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { DeleteRecording } from './delete-recording.tsx';
import { RecordingPlayerView } from './player/recording-player-view.tsx';
import { RecordingActions } from './recording-actions.tsx';
import { RecordingInfo, RecordingStateBadge } from './recording-info.tsx';

/** One recording at its own address, which can be shared. */
export function RecordingPage({ id }: { id: string }) {
  const t = useTranslations();
  const { recordings, error, refresh, reopen } = useRecordings(async (signal) => [await fetchRecording(id, signal)]);
  const [deleting, setDeleting] = useState<Recording | null>(null);
  const router = useRouter();
  const player = useRef<HTMLDivElement>(null);
  const recording = recordings?.[0];
  const missing = recording === undefined && error?.code === 'recording-not-found';
  return (
    <>
      <PageLink
        href="/recordings"
        className="inline-flex min-h-11 items-center gap-2 rounded-xl font-medium text-ink-soft hover:text-ink"
      >
        <ArrowLeft className="size-4" aria-hidden="true" />
        {t('library.recording.all')}
      </PageLink>
      {missing && <RecordingMissing error={error} />}
      {error !== null && !missing && (
        <div className="mt-4">
          <ErrorNotice
            error={error}
            tone="warning"
            actions={<RecordingErrorActions id={id} error={error} onAgain={refresh} onEntered={reopen} />}
          />
        </div>
      )}
      {recording === undefined && !missing && <h1 className="sr-only">{t('library.recording.title')}</h1>}
      {recording === undefined && error === null && (
        <p role="status" className="flex items-center gap-3 py-10 text-ink-soft">
          <Spinner /> {t('library.recording.looking')}
        </p>
      )}
      {recording !== undefined && (
        <div className="mt-3 grid gap-5">
          <TabTitle title={t('library.recording.pageTitle', { title: recording.title })} />
          {recording.state === 'ready' ? (
            <div className="grid grid-cols-1 items-start gap-5 lg:has-[>section]:grid-cols-[minmax(0,1fr)_21rem]">
              <div ref={player} className="min-w-0">
                <RecordingPlayerView key={recording.durationMs} recording={recording}>
                  <RecordingHeading recording={recording} onDelete={() => setDeleting(recording)} />
                </RecordingPlayerView>
              </div>
              <ReplayedConversation recordingId={recording.id} player={player} />
            </div>
          ) : (
            <>
              <RecordingUnfinished recording={recording} />
              <RecordingHeading recording={recording} onDelete={() => setDeleting(recording)} />
            </>
          )}
        </div>
      )}
      <DeleteRecording
        recording={deleting}
        onClose={() => setDeleting(null)}
        onDeleted={() => router.push('/recordings')}
      />
      <Toasts />
    </>
  );
}

/** What the recording is, and the actions on it. */
function RecordingHeading({ recording, onDelete }: { recording: Recording; onDelete: () => void }) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-4">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-3">
          <h1 className="break-words font-bold text-2xl sm:text-3xl">{recording.title}</h1>
          <RecordingStateBadge recording={recording} />
        </div>
        <RecordingInfo recording={recording} />
      </div>
      <RecordingActions recording={recording} onDelete={onDelete} />
    </div>
  );
}

type RecordingErrorActionsProps = { id: string; error: ErrorBody; onAgain: () => void; onEntered: () => void };

/** What helps to see the recording after all. */
function RecordingErrorActions({ id, error, onAgain, onEntered }: RecordingErrorActionsProps) {
  const t = useTranslations();
  if (error.code === 'passcode-required')
    return <PasscodeForm channel={channelOfRecording(id)} onEntered={onEntered} />;
  if (error.code === 'presenters-only') return <ButtonLink href="/present">{t('library.goLive')}</ButtonLink>;
  return <Button onClick={onAgain}>{t('common.tryAgain')}</Button>;
}

/** Shown in place of a recording that does not exist, or no longer does. */
function RecordingMissing({ error }: { error: ErrorBody }) {
  const t = useTranslations('library.recording');
  const { title, remedy } = useErrorText()(error);
  return (
    <div className="mt-3" role="alert">
      <EmptyState
        title={title}
        actions={
          <ButtonLink href="/recordings" variant="primary">
            {t('all')}
          </ButtonLink>
        }
      >
        <p>{remedy}</p>
      </EmptyState>
    </div>
  );
}

/** Shown in place of the player while there is nothing to play. */
function RecordingUnfinished({ recording }: { recording: Recording }) {
  const t = useTranslations('library.unfinished');
  return (
    <div className="on-stage relative aspect-video max-h-[70dvh] w-full overflow-hidden rounded-2xl bg-stage">
      {recording.state === 'recording' && (
        <StageMessage
          waiting
          title={t('onAir')}
          actions={
            <ButtonLink variant="primary" href={`/watch/${recording.channel}`}>
              {t('watchLive')}
            </ButtonLink>
          }
        >
          {t('onAirExplanation')}
        </StageMessage>
      )}
      {recording.state === 'finishing' && (
        <StageMessage busy title={t('finishing')}>
          {t('finishingExplanation')}
        </StageMessage>
      )}
      {recording.state === 'failed' && <StageMessage title={t('failed')}>{t('failedExplanation')}</StageMessage>}
    </div>
  );
}

import { useTranslations } from 'use-intl';
import { openStorage } from '../../lib/browser/page/browser-storage.ts';
import type { PublisherState } from '../../lib/browser/studio/publisher-state.ts';
import { loadShow } from '../../lib/browser/studio/saved-choices.ts';
import type { PublisherHandle } from '../../lib/browser/studio/use-publisher.ts';
import type { PresenterRights } from '../../lib/requests/access-requests.ts';
import { PresenterRightsLine } from '../keys/presenter-rights-line.tsx';
import { ConnectionTestCard } from '../shared/connection-test-panel.tsx';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { InsecureNotice } from './insecure-notice.tsx';
import { PreviewSwitch } from './preview-switch.tsx';
import { ResumeCard } from './resume-card.tsx';
import { ShowForm } from './show-form.tsx';
import { CameraPreview } from './sources/camera-preview.tsx';
import { MediaSettings } from './sources/media-settings.tsx';
import { MicrophoneMeter } from './sources/microphone-meter.tsx';
import { SourceControls } from './sources/source-controls.tsx';

type SetupState = Exclude<PublisherState, { phase: 'live' | 'reconnecting' | 'taken-over' | 'ended' }>;
type StudioSetupProps = {
  studio: PublisherHandle;
  state: SetupState;
  presenterKey: string;
  rights: PresenterRights;
  onWrongKey: () => void;
};

/** The studio before the show: picture and sound, the name of the show, and the button to go live. */
export function StudioSetup({ studio, state, presenterKey, rights, onWrongKey }: StudioSetupProps) {
  const t = useTranslations('studio');
  const common = useTranslations('common');
  const { media } = studio;
  const stream = 'stream' in state ? state.stream : null;
  const problem = state.phase === 'preview' ? state.problem : null;
  // The channel may be taken by the presenter's own show, in another tab or before a reload.
  const isOwnShow =
    problem?.code === 'channel-taken' && studio.offer?.ticket.channel === loadShow(openStorage()).channel;
  return (
    <>
      <h1 tabIndex={-1} className="outline-none font-bold text-3xl sm:text-4xl">
        {t('setup.title')}
      </h1>
      <p className="mt-2 text-ink-soft">{t('setup.explanation')}</p>
      <PresenterRightsLine rights={rights} />
      {studio.offer !== null && (
        <ResumeCard
          offer={studio.offer}
          ready={state.phase === 'preview'}
          onResume={studio.resume}
          onEnd={studio.endOffered}
        />
      )}
      <div className="mt-6 grid grid-cols-1 items-start gap-x-6 gap-y-5 lg:grid-cols-[minmax(0,1.6fr)_minmax(20rem,1fr)] lg:grid-rows-[auto_1fr]">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <CameraPreview stream={stream}>
            {(state.phase === 'asking-for-camera' || state.phase === 'idle') && (
              <>
                <Spinner className="size-8 text-stage-accent" />
                <p className="mt-4 font-semibold text-lg">{t('sources.preview.allow')}</p>
                <p className="mt-1 text-stage-soft">{t('sources.preview.allowHint')}</p>
              </>
            )}
            {state.phase === 'failed' && <p className="text-stage-soft">{t('sources.preview.none')}</p>}
          </CameraPreview>
          {state.phase === 'failed' && state.error.code === 'insecure-page' && (
            <InsecureNotice presenterKey={presenterKey} />
          )}
          {state.phase === 'failed' && state.error.code !== 'insecure-page' && (
            <ErrorNotice
              error={state.error}
              actions={
                <Button onClick={() => studio.askForCamera({ camera: 'any', microphone: 'any' })}>
                  {common('tryAgain')}
                </Button>
              }
            />
          )}
          <SourceControls studio={studio} disabled={state.phase === 'asking-for-camera' || state.phase === 'idle'} />
          {stream !== null && <MicrophoneMeter stream={media.microphone ?? stream} on={studio.switches.microphone} />}
        </div>
        <Card className="grid grid-cols-1 gap-5 p-5 sm:p-6 lg:row-span-2">
          {problem !== null && (
            <ErrorNotice
              error={problem}
              actions={
                problem.code === 'wrong-key' || problem.code === 'link-expired' || problem.code === 'wrong-link' ? (
                  <Button onClick={onWrongKey}>{t('setup.enterAnotherKey')}</Button>
                ) : (
                  isOwnShow && <Button onClick={studio.resume}>{t('setup.resume.resume')}</Button>
                )
              }
            />
          )}
          <ShowForm
            ready={stream !== null}
            busy={state.phase === 'connecting'}
            prominent={studio.offer === null}
            presenterKey={presenterKey}
            channels={rights.role === 'owner' ? 'all' : rights.channels}
            onGoLive={(show) => studio.goLive({ ...show, key: presenterKey })}
            onCancel={studio.stop}
          >
            <PreviewSwitch studio={studio} />
          </ShowForm>
        </Card>
        <div className="grid min-w-0 grid-cols-1 gap-5">
          <MediaSettings studio={studio} />
          <ConnectionTestCard stream={stream} />
        </div>
      </div>
    </>
  );
}

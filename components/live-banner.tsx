import { CameraOff, Eye, MicOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Switches } from '../lib/browser/camera.ts';
import type { PublisherState } from '../lib/browser/publisher-state.ts';
import { LiveClock } from './live-clock.tsx';
import { LiveTabTitle } from './live-tab-title.tsx';
import { Spinner } from './ui/spinner.tsx';
import { useErrorText } from './use-error-text.ts';

type StagePhase = 'live' | 'reconnecting';
type LiveBannerProps = { state: Extract<PublisherState, { phase: StagePhase }>; switches: Switches };

/** Whether the presenter is on air, and seen and heard. Nobody should ever have to wonder, so it stays in sight. */
export function LiveBanner({ state, switches }: LiveBannerProps) {
  const t = useTranslations('studio.live');
  const { broadcast } = state;
  if (state.phase === 'reconnecting') return <ReconnectingBanner state={state} />;
  return (
    <div className="sticky top-2 z-30 flex flex-wrap items-center justify-between gap-x-8 gap-y-1.5 rounded-2xl bg-live px-5 py-3.5 text-live-ink shadow-card">
      <LiveTabTitle title={t('tabTitle', { title: broadcast.title })} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <div role="status">
          <h1 className="flex items-center gap-3 font-bold text-xl sm:text-2xl">
            <span className="size-3.5 animate-pulse-live rounded-full bg-current" aria-hidden="true" />
            {t('title')}
          </h1>
        </div>
        <p role="status" className="flex flex-wrap gap-2">
          {!switches.microphone && (
            <span className={chipClass}>
              <MicOff aria-hidden="true" />
              {t('muted')}
            </span>
          )}
          {!switches.camera && (
            <span className={chipClass}>
              <CameraOff aria-hidden="true" />
              {t('cameraIsOff')}
            </span>
          )}
        </p>
      </div>
      <p className="flex items-center gap-5 font-semibold text-lg">
        {broadcast.startedAt !== null && <LiveClock since={broadcast.startedAt} label={t('onAirFor')} />}
        <span className="inline-flex flex-wrap items-center gap-x-2 tabular-nums">
          <Eye className="size-5" aria-hidden="true" />
          <span>{t('viewers', { count: broadcast.viewers })}</span>
          <span className="font-medium text-sm">{t('peak', { count: broadcast.peakViewers })}</span>
        </span>
      </p>
    </div>
  );
}

const chipClass =
  'inline-flex items-center gap-1.5 rounded-full bg-live-ink px-3 py-1 font-semibold text-live text-sm [&_svg]:size-4';

function ReconnectingBanner({ state }: { state: Extract<PublisherState, { phase: 'reconnecting' }> }) {
  const t = useTranslations('studio.live');
  const textOf = useErrorText();
  const { broadcast, error } = state;
  const describe = () => {
    if (broadcast.interruption?.recurring) return t('serverTrouble');
    if (broadcast.interruption?.by === 'media-server') return t('serverRecovering');
    return error === null ? t('interrupted') : `${textOf(error).title}.`;
  };
  return (
    <div className="sticky top-2 z-30 rounded-2xl bg-warn-soft px-5 py-4 text-warn-text shadow-card">
      <LiveTabTitle title={t('tabTitleAway', { title: broadcast.title })} />
      <div role="alert">
        <h1 className="flex items-center gap-3 font-bold text-xl sm:text-2xl">
          <Spinner className="size-6" />
          {t('reconnecting')}
        </h1>
      </div>
      <p className="mt-1 text-ink">
        {describe()} {t('keepOpen')}
      </p>
    </div>
  );
}

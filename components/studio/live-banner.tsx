'use client';

import { CameraOff, Eye, type LucideIcon, MicOff, TriangleAlert, VideoOff, VolumeX, WifiOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { isPictureOn, type Switches } from '../../lib/browser/capture/camera.ts';
import { useStore } from '../../lib/browser/page/use-store.ts';
import type { HealthLevel } from '../../lib/browser/rtc/sender-health.ts';
import type { SenderStatsMonitor } from '../../lib/browser/rtc/sender-stats-monitor.ts';
import type { PublisherState } from '../../lib/browser/studio/publisher-state.ts';
import { LiveClock } from '../shared/live-clock.tsx';
import { TabTitle } from '../shared/tab-title.tsx';
import { useErrorText } from '../shared/use-error-text.ts';
import { Spinner } from '../ui/spinner.tsx';

type StagePhase = 'live' | 'reconnecting';
type LiveBannerProps = {
  state: Extract<PublisherState, { phase: StagePhase }>;
  switches: Switches;
  sender: SenderStatsMonitor;
};

/** Whether the presenter is on air, and seen and heard. It stays in sight, so that a presenter never has to wonder. */
export function LiveBanner({ state, switches, sender }: LiveBannerProps) {
  const t = useTranslations('studio.live');
  const { broadcast } = state;
  if (state.phase === 'reconnecting') return <ReconnectingBanner state={state} />;
  return (
    <div
      data-banner=""
      className="sticky top-2 z-30 flex flex-wrap items-center justify-between gap-x-8 gap-y-1.5 rounded-2xl bg-live px-5 py-3.5 text-live-ink shadow-card"
    >
      <TabTitle title={t('tabTitle', { title: broadcast.title })} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <div role="status">
          <h1 tabIndex={-1} className="outline-none flex items-center gap-3 font-bold text-xl sm:text-2xl">
            <span className="size-3.5 animate-pulse-live rounded-full bg-current" aria-hidden="true" />
            {t('title')}
          </h1>
        </div>
        <p role="status" className="flex flex-wrap gap-x-1.5 gap-y-1 sm:gap-2">
          {!switches.microphone && <LiveChip icon={MicOff}>{t('muted')}</LiveChip>}
          {!isPictureOn(switches, state.stream) && <LiveChip icon={CameraOff}>{t('cameraIsOff')}</LiveChip>}
          <HealthChip watch={sender} />
        </p>
      </div>
      <p className="flex items-center gap-5 font-semibold text-lg">
        {broadcast.startedAt !== null && <LiveClock since={broadcast.startedAt} label={t('onAirFor')} />}
        <span className="inline-flex flex-wrap items-center gap-x-2 tabular-nums">
          <Eye className="size-5" aria-hidden="true" />
          <span>{t('viewers', { count: broadcast.viewers })}</span>
          {broadcast.peakViewers > broadcast.viewers && (
            <span className="font-medium text-sm">{t('peak', { count: broadcast.peakViewers })}</span>
          )}
        </span>
      </p>
    </div>
  );
}

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
    <div data-banner="" className="sticky top-2 z-30 rounded-2xl bg-warn-soft px-5 py-4 text-warn-text shadow-card">
      <TabTitle title={t('tabTitleAway', { title: broadcast.title })} />
      <div role="alert">
        <h1 tabIndex={-1} className="outline-none flex items-center gap-3 font-bold text-xl sm:text-2xl">
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

/** A note on the red banner that a presenter has to know. */
function LiveChip({ icon: Icon, children }: { icon: LucideIcon; children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 rounded-full bg-live-ink px-2.5 py-1 sm:px-3 font-semibold text-live text-sm">
      <Icon className="size-4 shrink-0" aria-hidden="true" />
      {children}
    </span>
  );
}

const icons = {
  poor: TriangleAlert,
  'no-picture': VideoOff,
  'no-sound': VolumeX,
  nothing: WifiOff,
} as const satisfies Partial<Record<HealthLevel, LucideIcon>>;

/** A warning while the show is sent badly; nothing while all is well. */
function HealthChip({ watch }: { watch: SenderStatsMonitor }) {
  const t = useTranslations('studio.live.health');
  const { level } = useStore(watch.state).health;
  return isShown(level) ? <LiveChip icon={icons[level]}>{t(level)}</LiveChip> : null;
}

function isShown(level: HealthLevel): level is keyof typeof icons {
  return level in icons;
}

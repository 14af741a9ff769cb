import { TriangleAlert } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import { glassToGlassLatencyMs, type PictureSource, PlayoutLatency } from '../../lib/browser/watch/latency.ts';
import { LinkMonitor } from '../../lib/browser/watch/link-monitor.ts';
import type { SeenTier } from '../../lib/browser/watch/picture-control.ts';
import type { Stutter } from '../../lib/browser/watch/stutter.ts';
import type { ViewerSessionHandle } from '../../lib/browser/watch/use-viewer-session.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import type { CongestionCause } from '../../lib/tiers.ts';
import { Badge } from '../ui/badge.tsx';
import { StageDetails } from './stage-details.tsx';

type StageStatsProps = {
  report: ViewerSessionHandle['report'];
  video: RefObject<HTMLVideoElement | null>;
  live: BroadcastView;
  /** False while there is a reason why the picture does not move. */
  pictureMoves: boolean;
  tier: SeenTier;
  /** The viewer asked for the technical details. */
  details: boolean;
  onCloseDetails: () => void;
};

/** The quality of the link: the latency, a note when the picture stutters, and all figures on request. */
export function StageStats(props: StageStatsProps) {
  const { report, video, live, pictureMoves, tier, details, onCloseDetails } = props;
  const monitor = useOpened(() => new LinkMonitor(report));
  const { figures, stutter } = useStore(monitor.state);
  useEffect(() => monitor.setPresenterHealth(live.presenterHealth), [monitor, live.presenterHealth]);
  const playoutMs = usePlayoutLatency(video);
  const latencyMs = glassToGlassLatencyMs({
    uplinkMs: live.uplinkMs,
    roundTripMs: figures?.roundTripMs ?? null,
    playoutMs,
  });
  return (
    <>
      {/* A frozen picture grows older, and its age says nothing about the latency of the link. */}
      {latencyMs !== null && pictureMoves && live.phase === 'live' && <StageLatency latencyMs={latencyMs} />}
      {/* While no moving picture is expected, nothing stutters, and something else says why. */}
      <StutterNote
        stutter={pictureMoves && live.phase === 'live' ? stutter : 'none'}
        cause={pictureMoves ? tier.cause : null}
      />
      {details && <StageDetails figures={figures} tier={tier} latencyMs={latencyMs} onClose={onCloseDetails} />}
    </>
  );
}

/** The time from a frame's arrival in this browser until `video` shows it, in milliseconds; `null` while unknown. */
function usePlayoutLatency(video: RefObject<HTMLVideoElement | null>): number | null {
  const [delay] = useState(() => new PlayoutLatency());
  useEffect(() => {
    // Browsers differ in what they report about a frame, and some report nothing.
    const source: PictureSource | null = video.current;
    return source === null ? undefined : delay.follow(source);
  }, [delay, video]);
  return useStore(delay.state);
}

/** The glass-to-glass latency: from the presenter's camera to this screen, in milliseconds. */
function StageLatency({ latencyMs }: { latencyMs: number }) {
  const t = useTranslations('watch.stage');
  const format = useFormatter();
  const seconds = format.number(latencyMs / 1_000, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return (
    <div
      title={t('delayMeaning')}
      data-delay-ms={Math.round(latencyMs)}
      className="fades absolute top-3 right-3 z-10 tabular-nums"
    >
      <Badge tone="stage">{t('delay', { seconds })}</Badge>
    </div>
  );
}

/**
 * A note in the corner of the picture that says what makes it stutter, or why it is smaller; nothing while all is well.
 */
function StutterNote({ stutter, cause }: { stutter: Stutter; cause: CongestionCause | null }) {
  const t = useTranslations('watch');
  return (
    <div role="status" className="pointer-events-none absolute top-12 right-3 left-3 z-20 flex">
      {(stutter !== 'none' || cause !== null) && (
        <p className="inline-flex animate-rise items-center gap-2 rounded-xl bg-stage-raised/85 px-3 py-1.5 text-sm text-stage-ink">
          <TriangleAlert className="size-4 shrink-0 text-stage-accent" aria-hidden="true" />
          {stutter !== 'none' ? t(`stutter.${stutter}`) : cause !== null && t(`quality.narrowed.${cause}`)}
        </p>
      )}
    </div>
  );
}

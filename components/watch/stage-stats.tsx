import { TriangleAlert } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { useOpened, useStore } from '../../lib/browser/page/use-store.ts';
import { glassToGlassLatencyMs, type PictureSource, PlayoutLatency } from '../../lib/browser/watch/latency.ts';
import { LinkMonitor } from '../../lib/browser/watch/link-monitor.ts';
import type { Stutter } from '../../lib/browser/watch/stutter.ts';
import type { ViewerSessionHandle } from '../../lib/browser/watch/use-viewer-session.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import { Badge } from '../ui/badge.tsx';
import { StageDetails } from './stage-details.tsx';

type StageStatsProps = {
  report: ViewerSessionHandle['report'];
  video: RefObject<HTMLVideoElement | null>;
  live: BroadcastView;
  /** False while there is a reason why the picture does not move. */
  pictureMoves: boolean;
  /** The technical details are asked for. */
  details: boolean;
  onCloseDetails: () => void;
};

/** How the link does: how late the picture is, a word when it stutters, and all figures for who asks for them. */
export function StageStats(props: StageStatsProps) {
  const { report, video, live, pictureMoves, details, onCloseDetails } = props;
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
      {/* A picture that stands still grows older, and says nothing of the way it took. */}
      {latencyMs !== null && pictureMoves && live.phase === 'live' && <StageLatency latencyMs={latencyMs} />}
      {/* Where no picture is meant to be, nothing stutters. */}
      <StutterNote stutter={pictureMoves && live.phase === 'live' ? stutter : 'none'} />
      {details && <StageDetails figures={figures} latencyMs={latencyMs} onClose={onCloseDetails} />}
    </>
  );
}

/** From the arrival of pictures in this browser until they are seen in `video`, in milliseconds; `null` while unknown. */
function usePlayoutLatency(video: RefObject<HTMLVideoElement | null>): number | null {
  const [delay] = useState(() => new PlayoutLatency());
  useEffect(() => {
    // Browsers differ in what they know of a picture, and some know nothing of it.
    const source: PictureSource | null = video.current;
    return source === null ? undefined : delay.follow(source);
  }, [delay, video]);
  return useStore(delay.state);
}

/** How old the picture is when it is seen: from the presenter's camera to this screen, in milliseconds. */
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

/** Says because of whom it stutters, in the corner of the picture; nothing while it does not. */
function StutterNote({ stutter }: { stutter: Stutter }) {
  const t = useTranslations('watch.stutter');
  return (
    <div role="status" className="pointer-events-none absolute top-12 right-3 left-3 z-20 flex">
      {stutter !== 'none' && (
        <p className="inline-flex animate-rise items-center gap-2 rounded-xl bg-stage-raised/85 px-3 py-1.5 text-sm text-stage-ink">
          <TriangleAlert className="size-4 shrink-0 text-stage-accent" aria-hidden="true" />
          {t(stutter)}
        </p>
      )}
    </div>
  );
}

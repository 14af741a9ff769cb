import { type RefObject, useEffect, useState } from 'react';
import { LinkMonitor } from '../lib/browser/link-monitor.ts';
import { glassToGlassMs, PictureDelay, type PictureSource } from '../lib/browser/picture-delay.ts';
import { useOpened, useStore } from '../lib/browser/use-store.ts';
import type { WatcherHandle } from '../lib/browser/use-watcher.ts';
import type { BroadcastView } from '../lib/signaling.ts';
import { StageDelay } from './stage-delay.tsx';
import { StageDetails } from './stage-details.tsx';
import { StutterNote } from './stutter-note.tsx';

type StageInsightProps = {
  report: WatcherHandle['report'];
  video: RefObject<HTMLVideoElement | null>;
  live: BroadcastView;
  /** False while there is a reason why the picture does not move. */
  pictureMoves: boolean;
  /** The technical details are asked for. */
  details: boolean;
  onCloseDetails: () => void;
};

/** How the link does: how late the picture is, a word when it stutters, and all figures for who asks for them. */
export function StageInsight(props: StageInsightProps) {
  const { report, video, live, pictureMoves, details, onCloseDetails } = props;
  const monitor = useOpened(() => new LinkMonitor(report));
  const { figures, stutter } = useStore(monitor.state);
  useEffect(() => monitor.learn(live.presenterHealth), [monitor, live.presenterHealth]);
  const showingMs = usePictureDelay(video);
  const delayMs = glassToGlassMs({ uplinkMs: live.uplinkMs, roundTripMs: figures?.roundTripMs ?? null, showingMs });
  return (
    <>
      {/* A picture that stands still grows older, and says nothing of the way it took. */}
      {delayMs !== null && pictureMoves && live.phase === 'live' && <StageDelay delayMs={delayMs} />}
      {/* Where no picture is meant to be, nothing stutters. */}
      <StutterNote stutter={pictureMoves && live.phase === 'live' ? stutter : 'none'} />
      {details && <StageDetails figures={figures} delayMs={delayMs} onClose={onCloseDetails} />}
    </>
  );
}

/** From the arrival of pictures in this browser until they are seen in `video`, in milliseconds; `null` while unknown. */
function usePictureDelay(video: RefObject<HTMLVideoElement | null>): number | null {
  const [delay] = useState(() => new PictureDelay());
  useEffect(() => {
    // Browsers differ in what they know of a picture, and some know nothing of it.
    const source: PictureSource | null = video.current;
    return source === null ? undefined : delay.follow(source);
  }, [delay, video]);
  return useStore(delay.state);
}

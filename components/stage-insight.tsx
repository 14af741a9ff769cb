import type { RefObject } from 'react';
import { glassToGlassMs } from '../lib/browser/picture-delay.ts';
import { useLinkHealth } from '../lib/browser/use-link-health.ts';
import { usePictureDelay } from '../lib/browser/use-picture-delay.ts';
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
  const { figures, stutter } = useLinkHealth(report, live.presenterHealth);
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

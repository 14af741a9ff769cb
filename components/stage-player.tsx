'use client';

import { type ReactNode, useRef, useState } from 'react';
import type { BroadcastView } from '../lib/signaling.ts';
import { CameraOffSlate } from './camera-off-slate.tsx';
import { toggleFullScreen } from './full-screen.ts';
import { SoundInvitation } from './sound-invitation.tsx';
import { StageControls } from './stage-controls.tsx';
import { StageMessage } from './stage-message.tsx';
import { StageTopLine } from './stage-top-line.tsx';
import { StageVideo } from './stage-video.tsx';

type StagePlayerProps = { stream: MediaStream | null; live: BroadcastView | null; children: ReactNode };

/** The picture with everything that lies on it. `children` cover it while there is something else to say. */
export function StagePlayer({ stream, live, children }: StagePlayerProps) {
  const frame = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [muted, setMuted] = useState(true);
  const [volume, setVolume] = useState(1);
  const [playback, setPlayback] = useState<'starting' | 'playing' | 'refused'>('starting');
  const [ratio, setRatio] = useState(16 / 9);
  const soundOnly = stream !== null && stream.getVideoTracks().length === 0;
  const showing = live !== null && live.phase === 'live';

  const hear = (next: { muted?: boolean; volume?: number }) => {
    const element = video.current;
    if (element === null) return;
    // Set on the element inside the tap: browsers allow sound only there.
    element.muted = next.muted ?? element.muted;
    element.volume = next.volume ?? element.volume;
    setMuted(element.muted);
    setVolume(element.volume);
    if (element.paused) element.play().catch(() => setPlayback('refused'));
  };

  return (
    <section
      ref={frame}
      aria-label="Stage"
      className="on-stage group/stage relative mx-auto flex max-h-[78dvh] w-full items-center justify-center overflow-hidden bg-stage sm:rounded-2xl"
      style={{ aspectRatio: Math.min(2.4, Math.max(0.8, ratio)) }}
    >
      <StageVideo
        ref={video}
        stream={stream}
        onPlaying={() => setPlayback('playing')}
        onRefused={() => setPlayback('refused')}
        onSilenced={() => setMuted(true)}
        onRatio={setRatio}
      />
      {showing && soundOnly && <StageMessage waiting title="Sound only" />}
      {showing && !soundOnly && playback === 'starting' && <StageMessage busy title="Waiting for the picture…" />}
      {showing && !soundOnly && !live.cameraOn && <CameraOffSlate />}
      {live !== null && <StageTopLine broadcast={live} />}
      {showing && (muted || playback === 'refused') && (
        <SoundInvitation refused={playback === 'refused'} onAccept={() => hear({ muted: false })} />
      )}
      {children}
      {live !== null && (
        <StageControls
          muted={muted}
          volume={volume}
          onMutedChange={(next) => hear({ muted: next })}
          onVolumeChange={(next) => hear({ volume: next, muted: next === 0 })}
          onFullScreen={() => toggleFullScreen(frame.current, video.current)}
        />
      )}
    </section>
  );
}

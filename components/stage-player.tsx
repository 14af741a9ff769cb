'use client';

import { clsx } from 'clsx';
import dynamic from 'next/dynamic';
import { type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { DoubleTap } from '../lib/browser/double-tap.ts';
import type { LivePlayer, PlayerState } from '../lib/browser/live-player.ts';
import type { PlayerCommand } from '../lib/browser/player-keys.ts';
import { useFullScreen } from '../lib/browser/use-full-screen.ts';
import { useMediaSession } from '../lib/browser/use-media-session.ts';
import { usePlayerKeys } from '../lib/browser/use-player-keys.ts';
import { useStillness } from '../lib/browser/use-stillness.ts';
import type { WatcherHandle } from '../lib/browser/use-watcher.ts';
import type { BroadcastView } from '../lib/signaling.ts';
import { type Invitation, SoundInvitation } from './sound-invitation.tsx';
import { StageControls } from './stage-controls.tsx';
import { StageMessage } from './stage-message.tsx';
import { StageTopLine } from './stage-top-line.tsx';
import { StageVideo } from './stage-video.tsx';

// Nobody needs these to see the first picture.
const StageInsight = dynamic(() => import('./stage-insight.tsx').then((module) => module.StageInsight), { ssr: false });
const StageKeys = dynamic(() => import('./stage-keys.tsx').then((module) => module.StageKeys), { ssr: false });

type StagePlayerProps = {
  player: LivePlayer;
  playing: PlayerState;
  stream: MediaStream | null;
  live: BroadcastView | null;
  report: WatcherHandle['report'];
  /** It is all there is on the page, and fills it. */
  fill: boolean;
  /** More buttons. */
  extra?: ReactNode;
  /** Covers the picture while there is something else to say. */
  children: ReactNode;
};

/** The picture with everything that lies on it. */
export function StagePlayer({ player, playing, stream, live, report, fill, extra, children }: StagePlayerProps) {
  const t = useTranslations('watch.stage');
  const stage = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [taps] = useState(() => new DoubleTap());
  const [details, setDetails] = useState(false);
  const [keysShown, setKeysShown] = useState(false);
  const fullScreen = useFullScreen(stage, video);
  const { playback } = playing;
  const showing = live !== null && live.phase === 'live';
  const soundOnly = stream !== null && stream.getVideoTracks().length === 0;
  const invitation = showing ? invitationFor(playing) : null;
  const still = useStillness(stage, showing && playback === 'playing' && invitation === null);
  useMediaSession(player, live?.channel ?? '', live?.title ?? null, playback === 'playing');

  const commands: Record<PlayerCommand, () => void> = {
    play: player.togglePlay,
    sound: () => player.setMuted(!playing.muted),
    'full-screen': fullScreen.toggle,
    'picture-in-picture': player.togglePictureInPicture,
    louder: () => player.changeVolume(0.1),
    softer: () => player.changeVolume(-0.1),
    details: () => setDetails(!details),
    keys: () => setKeysShown(true),
  };
  const { keysOn, setKeysOn } = usePlayerKeys(stage, (command) => {
    if (live !== null || command === 'keys') commands[command]();
  });
  const onTap = (event: PointerEvent<HTMLElement>) => {
    const isPicture = event.target instanceof Element && event.target.closest('[data-controls], a, dialog') === null;
    if (live !== null && isPicture && taps.isSecond(event)) fullScreen.toggle();
  };

  return (
    <section
      ref={stage}
      aria-label={t('name')}
      // Whoever clicked on the picture has the arrow keys for the volume.
      tabIndex={-1}
      onPointerUp={onTap}
      data-still={still}
      className={clsx(
        'on-stage group/stage @container/stage flex touch-manipulation items-center justify-center overflow-hidden bg-stage outline-none data-[still=true]:cursor-none',
        fill ? 'fixed inset-0' : 'relative mx-auto max-h-[78dvh] w-full sm:rounded-2xl',
      )}
      style={fill ? undefined : { aspectRatio: Math.min(2.4, Math.max(0.5, playing.ratio ?? 16 / 9)) }}
    >
      <StageVideo ref={video} player={player} />
      {showing && soundOnly && <StageMessage waiting title={t('soundOnly')} />}
      {showing && !soundOnly && playback === 'starting' && <StageMessage busy title={t('awaitingPicture')} />}
      {live !== null && <StageTopLine broadcast={live} />}
      {invitation !== null && (
        <SoundInvitation
          invitation={invitation}
          onAccept={invitation === 'tapToGoOn' ? player.play : () => player.setMuted(false)}
        />
      )}
      {children}
      {live !== null && (
        <>
          <StageControls
            player={player}
            playing={playing}
            fullScreen={fullScreen}
            still={still}
            details={details}
            onDetails={commands.details}
            onKeys={commands.keys}
          >
            {extra}
          </StageControls>
          <StageInsight report={report} details={details} onCloseDetails={commands.details} />
        </>
      )}
      {keysShown && <StageKeys on={keysOn} onSwitch={setKeysOn} onClose={() => setKeysShown(false)} />}
    </section>
  );
}

/** What a tap is asked for; `null` when nothing needs one. */
function invitationFor({ playback, muted, decided }: PlayerState): Invitation | null {
  if (playback === 'refused') return 'tapToWatch';
  if (playback === 'paused') return 'tapToGoOn';
  return muted && !decided ? 'tapForSound' : null;
}

'use client';

import { clsx } from 'clsx/lite';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { SeenPicture } from '../lib/browser/frame-watch.ts';
import type { LivePlayer, PlayerState } from '../lib/browser/live-player.ts';
import { pictureTroubleOf } from '../lib/browser/picture-trouble.ts';
import { useLater } from '../lib/browser/use-later.ts';
import type { WatcherHandle } from '../lib/browser/use-watcher.ts';
import type { BroadcastView } from '../lib/signaling.ts';
import { type Invitation, SoundInvitation } from './sound-invitation.tsx';
import { StageMessage } from './stage-message.tsx';
import { StageTopLine } from './stage-top-line.tsx';
import { StageVideo } from './stage-video.tsx';

/** Most shows never need it. */
const loadNoPicture = () => import('./no-picture.tsx');

type StagePlayerProps = {
  player: LivePlayer;
  playing: PlayerState;
  /** The picture on the present link. */
  picture: SeenPicture;
  live: BroadcastView | null;
  report: WatcherHandle['report'];
  /** It is all there is on the page, and fills it. */
  fill: boolean;
  /** More buttons. */
  extra?: ReactNode;
  /** Covers the picture while there is something else to say. */
  children: ReactNode;
};

const loadDeck = () => import('./stage-deck.tsx');

/** The picture with everything that lies on it. */
export function StagePlayer({ player, playing, picture, live, report, fill, extra, children }: StagePlayerProps) {
  const t = useTranslations('watch.stage');
  const stage = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [still, setStill] = useState(false);
  const deck = useLater(loadDeck, true);
  const { playback, hasPicture, ratio } = playing;
  const showing = live !== null && live.phase === 'live';
  const trouble = showing ? pictureTroubleOf(live, picture) : null;
  const noPicture = useLater(loadNoPicture, trouble !== null);
  const invitation = showing ? invitationFor(playing) : null;

  return (
    <section
      ref={stage}
      aria-label={t('name')}
      // Whoever clicked on the picture has the arrow keys for the volume.
      tabIndex={-1}
      data-still={still}
      className={clsx(
        'on-stage @container/stage flex touch-manipulation items-center justify-center overflow-hidden bg-stage outline-none data-[still=true]:cursor-none',
        fill ? 'fixed inset-0' : 'relative mx-auto max-h-[78dvh] w-full sm:rounded-2xl',
      )}
      style={fill ? undefined : { aspectRatio: Math.min(2.4, Math.max(0.5, ratio ?? 16 / 9)) }}
    >
      <StageVideo ref={video} player={player} />
      {showing && trouble === null && !hasPicture && <StageMessage busy title={t('awaitingPicture')} />}
      {noPicture !== null && trouble !== null && (
        <noPicture.NoPicture trouble={trouble} hasPicture={hasPicture} invited={invitation !== null} />
      )}
      {live !== null && <StageTopLine broadcast={live} />}
      {invitation !== null && (
        <SoundInvitation
          invitation={invitation}
          onAccept={() => {
            if (invitation === 'tapToGoOn') player.play();
            else player.setMuted(false);
            // The button goes, and must not take the keyboard's place with it.
            stage.current?.focus({ preventScroll: true });
          }}
        />
      )}
      {children}
      {deck !== null && (
        <deck.StageDeck
          stage={stage}
          video={video}
          player={player}
          playing={playing}
          live={live}
          report={report}
          extra={extra}
          pictureMoves={trouble === null}
          mayRest={showing && playback === 'playing' && invitation === null}
          onStill={setStill}
        />
      )}
    </section>
  );
}

/** What a tap is asked for; `null` when nothing needs one. */
function invitationFor({ playback, muted, decided }: PlayerState): Invitation | null {
  if (playback === 'refused') return 'tapToWatch';
  if (playback === 'paused') return 'tapToGoOn';
  return muted && !decided ? 'tapForSound' : null;
}

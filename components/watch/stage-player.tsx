'use client';

import { clsx } from 'clsx/lite';
import { Eye, Play, Volume2 } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import type { LivePlayer, PlayerState } from '../../lib/browser/player/live-player.ts';
import { pictureTroubleOf } from '../../lib/browser/watch/picture-trouble.ts';
import type { ViewerSessionHandle } from '../../lib/browser/watch/use-viewer-session.ts';
import type { ViewerState } from '../../lib/browser/watch/viewer-state.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import { StageMessage } from '../shared/stage-message.tsx';
import { Badge, LiveBadge } from '../ui/badge.tsx';
import { StageOverlay } from './stage-overlay.tsx';

/** Loaded on demand, because most shows never need it. */
const loadNoPicture = () => import('./no-picture.tsx');

type StagePlayerProps = {
  channel: string;
  session: ViewerSessionHandle;
  player: LivePlayer;
  playing: PlayerState;
  /** It fills a page that is embedded in another site's page, so links open in a new tab. */
  framed?: boolean;
  /** More buttons. */
  extra?: ReactNode;
  /** What is over the picture and takes no clicks. */
  over?: ReactNode;
  /** The element that fills the screen together with the stage in it; the stage alone by default. */
  frame?: RefObject<HTMLElement | null>;
  /** That element fills the screen now. */
  filling?: boolean;
};

const loadDeck = () => import('./stage-toolbar.tsx');

/** The stage of a channel in every state: the picture with everything on top of it. */
export function StagePlayer(props: StagePlayerProps) {
  const { channel, session, player, playing, framed = false, extra, over, frame, filling = false } = props;
  const { state, upcoming, picture, tier, choose, limitTo, tryAgain, report } = session;
  const t = useTranslations('watch.stage');
  const stage = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [still, setStill] = useState(false);
  const toolbar = useLazyModule(loadDeck, true);
  const { playback, hasPicture, ratio } = playing;
  const live = state.phase === 'live' ? state.broadcast : null;
  const showing = live !== null && live.phase === 'live';
  const trouble = showing ? pictureTroubleOf(live, picture, tier) : null;
  const noPicture = useLazyModule(loadNoPicture, trouble !== null);
  const invitation = showing ? invitationFor(playing) : null;
  const announcement = useAnnouncement(state, upcoming !== null);

  return (
    <>
      <section
        ref={stage}
        aria-label={t('name')}
        // After a click on the picture, the arrow keys change the volume.
        tabIndex={-1}
        data-still={still}
        className={clsx(
          'on-stage @container/stage flex touch-manipulation items-center justify-center overflow-hidden bg-stage outline-none data-[still=true]:cursor-none',
          framed && 'fixed inset-0',
          filling && 'relative size-full',
          !framed && !filling && 'relative mx-auto max-h-[78dvh] w-full sm:rounded-2xl',
        )}
        style={framed || filling ? undefined : { aspectRatio: Math.min(2.4, Math.max(0.5, ratio ?? 16 / 9)) }}
      >
        <StageVideo ref={video} player={player} />
        {showing && trouble === null && !hasPicture && <StageMessage busy title={t('awaitingPicture')} />}
        {noPicture !== null && trouble !== null && (
          <noPicture.NoPicture trouble={trouble} hasPicture={hasPicture} invited={invitation !== null} />
        )}
        {over}
        {live !== null && <StageHeader broadcast={live} />}
        {invitation !== null && (
          <SoundInvitation
            invitation={invitation}
            onAccept={() => {
              if (invitation === 'tapToGoOn') player.play();
              else player.setMuted(false);
              // The button disappears, and the keyboard focus must not be lost with it.
              stage.current?.focus({ preventScroll: true });
            }}
          />
        )}
        <StageOverlay state={state} upcoming={upcoming} channel={channel} onTryAgain={tryAgain} newTab={framed} />
        {toolbar !== null && (
          <toolbar.StageToolbar
            stage={stage}
            video={video}
            frame={frame ?? stage}
            player={player}
            playing={playing}
            live={live}
            report={report}
            tier={tier}
            onChoose={choose}
            onLimit={limitTo}
            extra={extra}
            pictureMoves={trouble === null}
            mayRest={showing && playback === 'playing' && invitation === null}
            onStill={setStill}
          />
        )}
      </section>
      <p className="sr-only" role="status">
        {announcement}
      </p>
    </>
  );
}

/**
 * The text that a screen reader reads out when the state changes; empty while there is no news.
 * @param awaited a show was announced, and another element reads out its announcement
 */
function useAnnouncement(state: ViewerState, awaited: boolean): string {
  const t = useTranslations('watch.spoken');
  const interrupted = (interruption: BroadcastView['interruption']) => {
    if (interruption?.recurring) return t('serverTrouble');
    return interruption?.by === 'media-server' ? t('serverRecovering') : t('presenterAway');
  };
  switch (state.phase) {
    case 'idle':
      return '';
    case 'asking':
      if (state.unanswered === null) return '';
      return state.unanswered.code === 'signaling-blocked' ? t('blocked') : t('unanswered');
    case 'live':
    case 'reconnecting':
      return state.broadcast.phase === 'interrupted' ? interrupted(state.broadcast.interruption) : t(state.phase);
    case 'waiting':
      return awaited ? '' : t('waiting');
    case 'failed':
      return state.error.code === 'passcode-required' ? t('locked') : t('failed');
    case 'full':
      return state.position === null ? '' : t('full', { position: state.position });
    default:
      return t(state.phase);
  }
}

/** The reason to ask for a tap; `null` if none is needed. */
function invitationFor({ playback, muted, decided }: PlayerState): Invitation | null {
  if (playback === 'refused') return 'tapToWatch';
  if (playback === 'paused') return 'tapToGoOn';
  return muted && !decided ? 'tapForSound' : null;
}

type StageVideoProps = { ref: RefObject<HTMLVideoElement | null>; player: LivePlayer };

/** The element that `player` plays in. It is as large as the stage, and shows the whole picture in any orientation. */
function StageVideo({ ref, player }: StageVideoProps) {
  const t = useTranslations('watch.stage');
  useEffect(() => {
    if (ref.current !== null) return player.attach(ref.current);
  }, [ref, player]);
  return (
    // biome-ignore lint/a11y/useMediaCaption: a live picture has no captions that could be named here.
    <video ref={ref} aria-label={t('video')} playsInline className="absolute inset-0 size-full object-contain" />
  );
}

/** The content of the upper corner of the picture. */
function StageHeader({ broadcast }: { broadcast: BroadcastView }) {
  const t = useTranslations('watch.stage');
  return (
    <div className="fades pointer-events-none absolute top-3 left-3 z-20 flex gap-2">
      {broadcast.phase === 'live' && <LiveBadge />}
      <Badge tone="stage">
        <Eye aria-hidden="true" />
        {t('viewers', { count: broadcast.viewers })}
      </Badge>
    </div>
  );
}

/** The effect of a tap on the picture: unmute, start to play, or continue after a pause. */
type Invitation = 'tapForSound' | 'tapToWatch' | 'tapToGoOn';

type SoundInvitationProps = { invitation: Invitation; onAccept: () => void };

/** Asks for the tap that browsers require before they play sound. The whole picture can be tapped. */
function SoundInvitation({ invitation, onAccept }: SoundInvitationProps) {
  const t = useTranslations('watch.stage');
  const Icon = invitation === 'tapForSound' ? Volume2 : Play;
  return (
    <button
      type="button"
      onClick={onAccept}
      className="absolute inset-0 z-10 grid items-end justify-items-center pb-[max(12%,4.75rem)]"
    >
      <span className="mx-4 inline-flex min-h-14 animate-rise items-center gap-3 rounded-full bg-stage-ink px-7 font-semibold text-lg text-stage shadow-pop">
        <Icon className="size-6 shrink-0" aria-hidden="true" />
        {t(invitation)}
      </span>
    </button>
  );
}

import { Activity, Keyboard, Maximize, Minimize, Pause, PictureInPicture2, Play, Volume2, VolumeX } from 'lucide-react';
import { type MouseEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { FullScreen } from '../../lib/browser/player/full-screen.ts';
import type { LivePlayer, PlayerState } from '../../lib/browser/player/live-player.ts';
import { StageButton, StageVolume } from '../shared/stage-button.tsx';

type StageControlsProps = {
  player: LivePlayer;
  playing: PlayerState;
  fullScreen: FullScreen;
  /** They have faded, because the viewer is idle. */
  still: boolean;
  details: boolean;
  onDetails: () => void;
  onKeys: () => void;
  children?: ReactNode;
};

/** All controls of the picture. */
export function StageControls(props: StageControlsProps) {
  const { player, playing, fullScreen, still, details, onDetails, onKeys, children } = props;
  const t = useTranslations('watch.controls');
  const hidden = useRef(false);
  /** A touch on faded controls only shows them. Screen readers do not touch; their presses take effect immediately. */
  const onPointerDown = ({ pointerType, width }: PointerEvent) => {
    hidden.current = still && pointerType === 'touch' && width > 0;
  };
  const onClick = (event: MouseEvent) => {
    if (hidden.current) event.stopPropagation();
    hidden.current = false;
  };
  const { playback, muted, volume, hasPicture, pictureInPicture } = playing;
  return (
    <div
      data-controls=""
      onPointerDownCapture={onPointerDown}
      onClickCapture={onClick}
      className="fades absolute right-3 bottom-3 left-3 z-20 flex items-center gap-1 @sm/stage:gap-2"
    >
      <StageButton label={playback === 'paused' ? t('play') : t('pause')} keys="k" onClick={player.togglePlay}>
        {playback === 'paused' ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
      </StageButton>
      <StageButton label={muted ? t('soundOn') : t('soundOff')} keys="m" onClick={() => player.setMuted(!muted)}>
        {muted ? <VolumeX aria-hidden="true" /> : <Volume2 aria-hidden="true" />}
      </StageButton>
      <StageVolume volume={muted ? 0 : volume} onChange={player.setVolume} />
      <span className="ml-auto" />
      {children}
      <span className="hidden @lg/stage:any-pointer-fine:block">
        <StageButton label={t('keys')} keys="?" onClick={onKeys}>
          <Keyboard aria-hidden="true" />
        </StageButton>
      </span>
      <StageButton label={t('details')} keys="s" expanded={details} onClick={onDetails}>
        <Activity aria-hidden="true" />
      </StageButton>
      {(pictureInPicture === 'on' || (pictureInPicture === 'off' && hasPicture)) && (
        <StageButton
          label={pictureInPicture === 'on' ? t('leavePictureInPicture') : t('pictureInPicture')}
          keys="i"
          onClick={player.togglePictureInPicture}
        >
          <PictureInPicture2 aria-hidden="true" />
        </StageButton>
      )}
      {fullScreen.state !== 'impossible' && (
        <StageButton
          label={fullScreen.state === 'on' ? t('leaveFullScreen') : t('fullScreen')}
          keys="f"
          onClick={fullScreen.toggle}
        >
          {fullScreen.state === 'on' ? <Minimize aria-hidden="true" /> : <Maximize aria-hidden="true" />}
        </StageButton>
      )}
    </div>
  );
}

import {
  Gauge,
  Keyboard,
  Maximize,
  Minimize,
  Pause,
  PictureInPicture2,
  Play,
  RotateCcw,
  RotateCw,
  Volume2,
  VolumeX,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import { formatClock } from '../../../lib/browser/page/format.ts';
import type { FullScreen } from '../../../lib/browser/player/full-screen.ts';
import {
  playbackRates,
  type RecordingPlayer,
  type RecordingPlayerState,
} from '../../../lib/browser/recordings/recording-player.ts';
import { StageButton, StageVolume } from '../../shared/stage-button.tsx';
import { buttonClass } from '../../ui/button.tsx';

type PlayerControlsProps = {
  player: RecordingPlayer;
  playing: RecordingPlayerState;
  /** `null` for a recording without a picture. */
  fullScreen: FullScreen | null;
  onKeys: () => void;
};

/** The row of buttons below the seek bar. */
export function PlayerControls({ player, playing: state, fullScreen, onKeys }: PlayerControlsProps) {
  const t = useTranslations('library.player');
  const common = useTranslations('watch.controls');
  const { playing, position, duration, muted, volume, rate, pictureInPicture } = state;
  return (
    <div className="flex items-center gap-1 @sm/stage:gap-2">
      <StageButton label={playing ? t('pause') : t('play')} keys="k" onClick={player.togglePlay}>
        {playing ? <Pause aria-hidden="true" /> : <Play aria-hidden="true" />}
      </StageButton>
      <span className="hidden gap-2 @md/stage:flex">
        <StageButton label={t('back')} keys="j" onClick={() => player.seekBy(-10)}>
          <RotateCcw aria-hidden="true" />
        </StageButton>
        <StageButton label={t('forward')} keys="l" onClick={() => player.seekBy(10)}>
          <RotateCw aria-hidden="true" />
        </StageButton>
      </span>
      <StageButton
        label={muted ? common('soundOn') : common('soundOff')}
        keys="m"
        onClick={() => player.setMuted(!muted)}
      >
        {muted ? <VolumeX aria-hidden="true" /> : <Volume2 aria-hidden="true" />}
      </StageButton>
      <StageVolume volume={muted ? 0 : volume} onChange={player.setVolume} />
      <span className="whitespace-nowrap px-1 text-sm text-stage-ink tabular-nums">
        <span data-position="">{formatClock(position * 1000)}</span>
        <span className="text-stage-soft"> / {formatClock(duration * 1000)}</span>
      </span>
      <span className="ml-auto" />
      <PlayerRate rate={rate} onChange={player.setRate} />
      <span className="hidden @lg/stage:any-pointer-fine:block">
        <StageButton label={common('keys')} keys="?" onClick={onKeys}>
          <Keyboard aria-hidden="true" />
        </StageButton>
      </span>
      {fullScreen !== null && pictureInPicture !== 'impossible' && (
        <span className="hidden @sm/stage:block">
          <StageButton
            label={pictureInPicture === 'on' ? common('leavePictureInPicture') : common('pictureInPicture')}
            keys="i"
            onClick={player.togglePictureInPicture}
          >
            <PictureInPicture2 aria-hidden="true" />
          </StageButton>
        </span>
      )}
      {fullScreen !== null && fullScreen.state !== 'impossible' && (
        <StageButton
          label={fullScreen.state === 'on' ? common('leaveFullScreen') : common('fullScreen')}
          keys="f"
          onClick={fullScreen.toggle}
        >
          {fullScreen.state === 'on' ? <Minimize aria-hidden="true" /> : <Maximize aria-hidden="true" />}
        </StageButton>
      )}
    </div>
  );
}

/** The choice of the speed: the browser's own menu behind a button, which every device can operate. */
function PlayerRate({ rate, onChange }: { rate: number; onChange: (rate: number) => void }) {
  const t = useTranslations('library.player');
  return (
    <span
      title={t('rate')}
      className={buttonClass({
        variant: 'stage',
        size: 'icon',
        className: 'relative has-[select:focus-visible]:outline-2 has-[select:focus-visible]:outline-offset-2',
      })}
    >
      {rate === 1 ? (
        <Gauge aria-hidden="true" />
      ) : (
        <span aria-hidden="true" className="text-xs tabular-nums">
          {t('rateValue', { rate })}
        </span>
      )}
      <select
        aria-label={t('rate')}
        aria-keyshortcuts="< >"
        value={rate}
        onChange={({ currentTarget: { value } }) => onChange(Number(value))}
        className="absolute inset-0 cursor-pointer opacity-0"
      >
        {playbackRates.map((one) => (
          <option key={one} value={one}>
            {one === 1 ? t('rateUsual') : t('rateValue', { rate: one })}
          </option>
        ))}
      </select>
    </span>
  );
}

'use client';

import { clsx } from 'clsx/lite';
import { Play } from 'lucide-react';
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useStore } from '../../../lib/browser/page/use-store.ts';
import { useDoubleTap } from '../../../lib/browser/player/double-tap.ts';
import { useFullScreen } from '../../../lib/browser/player/full-screen.ts';
import { useIdle } from '../../../lib/browser/player/use-idle.ts';
import { type RecordingCommand, useRecordingKeys } from '../../../lib/browser/recordings/recording-keys.ts';
import type { RecordingPlayer } from '../../../lib/browser/recordings/recording-player.ts';
import { type Recording, recordingPaths } from '../../../lib/recording.ts';
import { Notice } from '../../ui/notice.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { PlayerControls } from './player-controls.tsx';
import { PlayerKeys } from './player-keys.tsx';
import { SeekBar, type SeekMark } from './seek-bar.tsx';

type RecordingStageProps = {
  recording: Recording;
  player: RecordingPlayer;
  chapters: readonly SeekMark[];
  /** The address of the picture that is shown before playback; `null` if there is none. */
  poster: string | null;
  pictureAt: (seconds: number) => string | null;
  onLook: () => void;
};

/**
 * The player of a recording. Without a picture it is only its controls: a black stage would look as if a picture were
 * missing.
 */
export function RecordingStage({ recording, player, chapters, poster, pictureAt, onLook }: RecordingStageProps) {
  const t = useTranslations('library');
  const playing = useStore(player.state);
  const stage = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [keysShown, setKeysShown] = useState(false);
  const fullScreen = useFullScreen(stage, video);
  const hasPicture = !recording.contentType.startsWith('audio/');
  const still = useIdle(stage, hasPicture && playing.playing);
  const { keysOn, setKeysOn } = useRecordingKeys(stage, (command) => {
    if (command.do === 'keys') setKeysShown(true);
    else if (command.do === 'full-screen') fullScreen.toggle();
    else obey(player, command, playing.muted);
  });
  useDoubleTap(stage, fullScreen.toggle);
  useEffect(() => {
    if (video.current !== null) return player.attach(video.current);
  }, [player]);

  if (playing.broken) {
    return (
      <Notice tone="warning" title={t('recording.cannotPlay')} role="alert">
        {t('recording.cannotPlayRemedy')}
      </Notice>
    );
  }
  return (
    <section
      ref={stage}
      aria-label={t('player.name')}
      // After a click on the picture, the arrow keys change the volume.
      tabIndex={-1}
      data-still={still}
      className={clsx(
        'on-stage @container/stage relative w-full touch-manipulation overflow-hidden rounded-xl bg-stage outline-none data-[still=true]:cursor-none',
        hasPicture && 'mx-auto max-h-[78dvh]',
      )}
      style={hasPicture ? { aspectRatio: Math.min(2.4, Math.max(0.75, playing.ratio ?? 16 / 9)) } : undefined}
    >
      <RecordingMedia
        ref={video}
        recording={recording}
        poster={poster}
        className={hasPicture ? 'absolute inset-0 size-full object-contain' : 'sr-only'}
        onTap={({ pointerType }) => {
          // A tap of a finger on a picture that plays only shows the controls.
          if (pointerType === 'mouse' || !playing.playing) player.togglePlay();
        }}
      />
      {hasPicture && !playing.playing && !playing.waiting && (
        <span
          className="pointer-events-none absolute inset-x-0 top-0 bottom-22 grid place-items-center @sm/stage:bottom-0"
          aria-hidden="true"
        >
          <span className="grid size-14 place-items-center @sm/stage:size-18 rounded-full bg-stage-raised/85 text-stage-ink shadow-pop">
            <Play className="size-6 @sm/stage:size-8 translate-x-0.5" />
          </span>
        </span>
      )}
      {hasPicture && playing.waiting && (
        <span className="pointer-events-none absolute inset-0 grid place-items-center text-stage-ink">
          <Spinner />
        </span>
      )}
      <div
        data-controls=""
        className={clsx(
          'z-20 grid gap-1 px-3 pb-3',
          // A tap beside the controls is one on the picture, of which they cover half on a phone.
          hasPicture
            ? 'fades pointer-events-none absolute inset-x-0 bottom-0 bg-linear-to-t from-stage to-transparent pt-10 *:pointer-events-auto'
            : 'pt-2',
        )}
      >
        <SeekBar
          position={playing.position}
          duration={playing.duration}
          buffered={playing.buffered}
          chapters={chapters}
          pictureAt={pictureAt}
          onLook={onLook}
          onSeek={player.seekTo}
        />
        <PlayerControls
          player={player}
          playing={playing}
          fullScreen={hasPicture ? fullScreen : null}
          onKeys={() => setKeysShown(true)}
        />
      </div>
      {keysShown && <PlayerKeys on={keysOn} onSwitch={setKeysOn} onClose={() => setKeysShown(false)} />}
    </section>
  );
}

/** Does what a key asks of the player itself. */
function obey(player: RecordingPlayer, command: RecordingCommand, muted: boolean): void {
  switch (command.do) {
    case 'play':
      player.togglePlay();
      break;
    case 'sound':
      player.setMuted(!muted);
      break;
    case 'picture-in-picture':
      player.togglePictureInPicture();
      break;
    case 'seek':
      player.seekBy(command.by);
      break;
    case 'go':
      player.seekToShare(command.share);
      break;
    case 'step':
      player.stepFrame(command.direction);
      break;
    case 'rate':
      player.changeRate(command.direction);
      break;
    case 'volume':
      player.changeVolume(command.direction * 0.1);
      break;
  }
}

type RecordingMediaProps = {
  ref: RefObject<HTMLVideoElement | null>;
  recording: Recording;
  poster: string | null;
  className: string;
  onTap: (event: PointerEvent) => void;
};

/** The element that plays the file. */
function RecordingMedia({ ref, recording, poster, className, onTap }: RecordingMediaProps) {
  const t = useTranslations('library.recording');
  return (
    <video
      ref={ref}
      aria-label={t('video', { title: recording.title })}
      playsInline
      preload="metadata"
      src={recordingPaths.media(recording.id)}
      {...(poster !== null && { poster })}
      onPointerUp={(event) => event.button === 0 && onTap(event)}
      className={className}
    />
  );
}

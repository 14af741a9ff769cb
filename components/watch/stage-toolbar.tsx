'use client';

import { type ReactNode, type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { useDoubleTap } from '../../lib/browser/player/double-tap.ts';
import { useFullScreen } from '../../lib/browser/player/full-screen.ts';
import type { LivePlayer, PlayerState } from '../../lib/browser/player/live-player.ts';
import { useMediaSession } from '../../lib/browser/player/media-session.ts';
import { type PlayerCommand, usePlayerKeys } from '../../lib/browser/player/player-keys.ts';
import { useIdle } from '../../lib/browser/player/use-idle.ts';
import { useStageLimit } from '../../lib/browser/watch/stage-limit.ts';
import type { ViewerSessionHandle } from '../../lib/browser/watch/use-viewer-session.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import { StageControls } from './stage-controls.tsx';
import { StageKeys } from './stage-keys.tsx';
import { StageQuality } from './stage-quality.tsx';
import { StageStats } from './stage-stats.tsx';

/** The parts that the toolbar controls, and their state. */
type StageToolbarProps = {
  stage: RefObject<HTMLElement | null>;
  video: RefObject<HTMLVideoElement | null>;
  /** The element that fills the screen, which contains the stage. */
  frame: RefObject<HTMLElement | null>;
  player: LivePlayer;
  playing: PlayerState;
  live: BroadcastView | null;
  report: ViewerSessionHandle['report'];
  /** False while there is a reason why the picture does not move. */
  pictureMoves: boolean;
  /** Which tier of the picture the viewer wants, and gets. */
  tier: ViewerSessionHandle['tier'];
  onChoose: ViewerSessionHandle['choose'];
  onLimit: ViewerSessionHandle['limitTo'];
  /** More buttons. */
  extra: ReactNode;
  /** True while the controls may fade if the viewer is idle. */
  mayRest: boolean;
  /** The viewer has been idle for a while, or is active again. */
  onStill: (still: boolean) => void;
};

/** All controls of the picture, by buttons, keys and taps. Loaded after the code that shows the picture. */
export function StageToolbar(props: StageToolbarProps) {
  const {
    stage,
    video,
    frame,
    player,
    playing,
    live,
    report,
    pictureMoves,
    tier,
    onChoose,
    onLimit,
    extra,
    mayRest,
    onStill,
  } = props;
  const [details, setDetails] = useState(false);
  const [keysShown, setKeysShown] = useState(false);
  const fullScreen = useFullScreen(frame, video);
  const still = useIdle(stage, mayRest);
  const tellStill = useEffectEvent(onStill);
  useEffect(() => tellStill(still), [still]);
  useStageLimit(stage, tier.offered, onLimit);
  useMediaSession(player, live?.channel ?? '', live?.title ?? null, playing.playback === 'playing');

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
  useDoubleTap(stage, () => {
    if (live !== null) fullScreen.toggle();
  });

  return (
    <>
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
            {tier.offered.length > 0 && <StageQuality tier={tier} onChoose={onChoose} />}
          </StageControls>
          <StageStats
            report={report}
            video={video}
            live={live}
            pictureMoves={pictureMoves}
            tier={tier}
            details={details}
            onCloseDetails={commands.details}
          />
        </>
      )}
      {keysShown && <StageKeys on={keysOn} onSwitch={setKeysOn} onClose={() => setKeysShown(false)} />}
    </>
  );
}

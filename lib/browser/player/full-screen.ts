import { type RefObject, useEffect, useState } from 'react';

/** An iPhone can show only videos in full screen, by a method of its own. */
type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

/** Phones can lock the screen's orientation; TypeScript's browser types lack the method. */
type LockableOrientation = { lock?: (orientation: 'landscape' | 'portrait') => Promise<void> };

/** Whether full screen is possible at all: a frame without its host page's permission has no way to do it. */
function canFillScreen(video: AppleVideo | null): boolean {
  return document.fullscreenEnabled === true || typeof video?.webkitEnterFullscreen === 'function';
}

/** Enters or leaves full screen with the stage, or with the video alone where pages cannot do that. */
function toggleFullScreen(frame: HTMLElement | null, video: AppleVideo | null): void {
  if (document.fullscreenElement !== null && document.fullscreenElement !== undefined) {
    document.exitFullscreen().catch(() => undefined);
  } else if (typeof frame?.requestFullscreen === 'function') {
    frame.requestFullscreen().then(
      () => turnScreen(video),
      () => undefined,
    );
  } else {
    video?.webkitEnterFullscreen?.();
  }
}

/** Locks a phone's screen to the picture's orientation, where that is possible; leaving full screen unlocks it. */
function turnScreen(video: HTMLVideoElement | null): void {
  if (video === null || video.videoWidth === 0) return;
  const orientation = (globalThis.screen as { orientation?: LockableOrientation }).orientation;
  orientation?.lock?.(video.videoWidth > video.videoHeight ? 'landscape' : 'portrait').catch(() => undefined);
}

/** Whether the stage is in full screen or could be, and a function to enter and leave it. */
export type FullScreen = { state: 'impossible' | 'off' | 'on'; toggle: () => void };

/** Whether `element` fills the screen. */
export function useFillsScreen(element: RefObject<HTMLElement | null>): boolean {
  const [fills, setFills] = useState(false);
  useEffect(() => {
    const look = () => setFills(element.current !== null && document.fullscreenElement === element.current);
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, [element]);
  return fills;
}

/** Provides full screen for `stage`. */
export function useFullScreen(
  stage: RefObject<HTMLElement | null>,
  video: RefObject<HTMLVideoElement | null>,
): FullScreen {
  const [state, setState] = useState<FullScreen['state']>('impossible');
  useEffect(() => {
    const look = () => {
      const fills = document.fullscreenElement !== null && document.fullscreenElement === stage.current;
      setState(fills ? 'on' : canFillScreen(video.current) ? 'off' : 'impossible');
    };
    look();
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, [stage, video]);
  return { state, toggle: () => toggleFullScreen(stage.current, video.current) };
}

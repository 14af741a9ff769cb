import { type RefObject, useEffect, useState } from 'react';

/** An iPhone shows videos alone in full screen, by a method of its own. */
type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

/** Phones can turn the screen for what is shown; the types of the browser do not know it. */
type LockableOrientation = { lock?: (orientation: 'landscape' | 'portrait') => Promise<void> };

/** Whether there is any way to fill the screen: a frame without its owner's leave has none. */
function canFillScreen(video: AppleVideo | null): boolean {
  return document.fullscreenEnabled === true || typeof video?.webkitEnterFullscreen === 'function';
}

/** Shows the stage in full screen, or leaves it; where pages may not do that, the video alone. */
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

/** Turns a phone's screen as the picture stands, where that is possible; leaving full screen turns it back. */
function turnScreen(video: HTMLVideoElement | null): void {
  if (video === null || video.videoWidth === 0) return;
  const orientation = (globalThis.screen as { orientation?: LockableOrientation }).orientation;
  orientation?.lock?.(video.videoWidth > video.videoHeight ? 'landscape' : 'portrait').catch(() => undefined);
}

/** Whether `stage` fills the screen or could, and the way in and out. */
export type FullScreen = { state: 'impossible' | 'off' | 'on'; toggle: () => void };

/** Lets `stage` fill the screen. */
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

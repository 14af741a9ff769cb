import { type RefObject, useEffect, useState } from 'react';
import { canFillScreen, toggleFullScreen } from './full-screen.ts';

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

import { type RefObject, useEffect, useState, useSyncExternalStore } from 'react';
import { PictureDelay, type PictureSource } from './picture-delay.ts';

/** From the arrival of pictures in this browser until they are seen in `video`, in milliseconds; `null` while unknown. */
export function usePictureDelay(video: RefObject<HTMLVideoElement | null>): number | null {
  const [delay] = useState(() => new PictureDelay());
  useEffect(() => {
    // Browsers differ in what they know of a picture, and some know nothing of it.
    const source: PictureSource | null = video.current;
    return source === null ? undefined : delay.follow(source);
  }, [delay, video]);
  return useSyncExternalStore(delay.subscribe, delay.getState, delay.getState);
}

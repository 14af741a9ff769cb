import { type RefObject, useEffect, useEffectEvent } from 'react';

/** Where and when a finger or a mouse button was released, in pixels and milliseconds. */
export type Tap = { timeStamp: number; clientX: number; clientY: number };

const windowMs = 350;
const withinPx = 40;

/** Detects double taps: two quick taps at the same position. Not all browsers fire `dblclick` for touch. */
export class DoubleTap {
  #last: Tap | null = null;

  /** True when `tap` is the second of two. A third one counts as a first one again. */
  isSecond({ timeStamp, clientX, clientY }: Tap): boolean {
    const last = this.#last;
    const second =
      last !== null &&
      timeStamp - last.timeStamp <= windowMs &&
      Math.hypot(clientX - last.clientX, clientY - last.clientY) <= withinPx;
    this.#last = second ? null : { timeStamp, clientX, clientY };
    return second;
  }
}

/** Calls `onDoubleTap` for double taps on the picture; taps on controls that overlay it do not count. */
export function useDoubleTap(stage: RefObject<HTMLElement | null>, onDoubleTap: () => void): void {
  const act = useEffectEvent(onDoubleTap);
  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const taps = new DoubleTap();
    const onTap = (event: PointerEvent) => {
      const { target } = event;
      const isPicture = target instanceof Element && target.closest('[data-controls], a, dialog') === null;
      if (isPicture && event.isPrimary && taps.isSecond(event)) act();
    };
    element.addEventListener('pointerup', onTap);
    return () => element.removeEventListener('pointerup', onTap);
  }, [stage]);
}

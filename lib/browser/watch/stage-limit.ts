import { type RefObject, useEffect, useEffectEvent } from 'react';
import type { OfferedTier, Tier } from '../../tiers.ts';

/** A picture that is enlarged by less than this does not look worse. */
const toleratedEnlargement = 1.15;
/** How long a stage must have its size, or be hidden, in milliseconds: people resize windows and change tabs for a moment. */
const settledMs = 2_000;

/**
 * The largest tier that a stage can show.
 * @param shortSide of the stage, in pixels of the screen; 0 if nobody sees it
 * @param offered the tiers, the largest first
 */
export function limitFor(shortSide: number, offered: readonly OfferedTier[]): Tier {
  const enough = offered.findLast(({ size }) => size === null || size * toleratedEnlargement >= shortSide);
  return enough?.tier ?? 'high';
}

/** Calls `onLimit` with the largest tier that the stage can show, at first and whenever that has changed for good. */
export function useStageLimit(
  stage: RefObject<HTMLElement | null>,
  offered: readonly OfferedTier[],
  onLimit: (limit: Tier) => void,
): void {
  const look = useEffectEvent(() => {
    const element = stage.current;
    if (element === null) return;
    // A picture in a window of its own is seen although the page is not.
    const isSeen = document.visibilityState === 'visible' || document.pictureInPictureElement !== null;
    const { width, height } = element.getBoundingClientRect();
    onLimit(limitFor(isSeen ? Math.min(width, height) * devicePixelRatio : 0, offered));
  });
  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const lookSoon = () => {
      clearTimeout(timer);
      timer = setTimeout(look, settledMs);
    };
    // A viewer who comes back to the page sees the picture at once, and in full.
    const onVisibility = () => (document.visibilityState === 'visible' ? look() : lookSoon());
    const observer = new ResizeObserver(lookSoon);
    observer.observe(element);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [stage]);
  const sizes = JSON.stringify(offered);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sizes may change without the stage.
  useEffect(() => look(), [sizes]);
}

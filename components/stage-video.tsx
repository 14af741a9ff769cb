'use client';

import { type RefObject, useEffect } from 'react';
import { useTranslations } from 'use-intl';
import type { LivePlayer } from '../lib/browser/live-player.ts';

type StageVideoProps = { ref: RefObject<HTMLVideoElement | null>; player: LivePlayer };

/** The element that `player` plays in: as large as the stage, and the picture whole, however it is turned. */
export function StageVideo({ ref, player }: StageVideoProps) {
  const t = useTranslations('watch.stage');
  useEffect(() => {
    if (ref.current !== null) return player.attach(ref.current);
  }, [ref, player]);
  return (
    // biome-ignore lint/a11y/useMediaCaption: a live picture has no captions that could be named here.
    <video ref={ref} aria-label={t('video')} playsInline className="absolute inset-0 size-full object-contain" />
  );
}

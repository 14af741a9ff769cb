'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type Recording, recordingPaths } from '../../lib/recording.ts';
import { Notice } from '../ui/notice.tsx';

/**
 * Plays a recording with the browser's own controls, which people know. A recording without a picture shows only the
 * controls: a black stage would look as if a picture were missing, and a click on it does nothing.
 */
export function RecordingVideo({ recording, autoPlay = false }: { recording: Recording; autoPlay?: boolean }) {
  const t = useTranslations('library.recording');
  const [broken, setBroken] = useState(false);
  if (broken) {
    return (
      <Notice tone="warning" title={t('cannotPlay')} role="alert">
        {t('cannotPlayRemedy')}
      </Notice>
    );
  }
  return (
    // biome-ignore lint/a11y/useMediaCaption: recordings have no captions.
    <video
      aria-label={t('video', { title: recording.title })}
      controls
      playsInline
      autoPlay={autoPlay}
      preload="metadata"
      src={recordingPaths.media(recording.id)}
      onError={() => setBroken(true)}
      className={
        recording.contentType.startsWith('audio/')
          ? 'h-14 w-full rounded-full'
          : 'aspect-video max-h-[70dvh] w-full rounded-xl bg-stage'
      }
    />
  );
}

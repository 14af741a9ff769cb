'use client';

import { useState } from 'react';
import { type Recording, recordingPaths } from '../lib/recording.ts';
import { Notice } from './ui/notice.tsx';

/** Plays a recording with the browser's own controls, which people know. */
export function RecordingVideo({ recording, autoPlay = false }: { recording: Recording; autoPlay?: boolean }) {
  const [broken, setBroken] = useState(false);
  if (broken) {
    return (
      <Notice tone="warning" title="This browser cannot play the recording" role="alert">
        Download it and open it in a player such as VLC.
      </Notice>
    );
  }
  return (
    // biome-ignore lint/a11y/useMediaCaption: recordings have no captions.
    <video
      aria-label={`Recording: ${recording.title}`}
      controls
      playsInline
      autoPlay={autoPlay}
      preload="metadata"
      src={recordingPaths.media(recording.id)}
      onError={() => setBroken(true)}
      className="aspect-video max-h-[70dvh] w-full rounded-xl bg-stage"
    />
  );
}

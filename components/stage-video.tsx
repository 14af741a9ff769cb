'use client';

import { type RefObject, useEffect } from 'react';

type StageVideoProps = {
  ref: RefObject<HTMLVideoElement | null>;
  stream: MediaStream | null;
  onPlaying: () => void;
  /** The browser plays nothing until somebody taps. */
  onRefused: () => void;
  /** The browser plays, but only without sound. */
  onSilenced: () => void;
  /** Width by height of the picture, as soon as it is known and whenever it changes. */
  onRatio: (ratio: number) => void;
};

/** The element that plays what is received. It begins without sound: only that is allowed everywhere. */
export function StageVideo({ ref, stream, onPlaying, onRefused, onSilenced, onRatio }: StageVideoProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new stream is the only reason to begin anew.
  useEffect(() => {
    const video = ref.current;
    // The last picture stays while there is nothing newer: better than a hole.
    if (video === null || stream === null) return;
    video.srcObject = stream;
    playOrSilence(video, onSilenced).catch((error: unknown) => {
      // A newer stream interrupts the play of this one; that is no refusal.
      if (error instanceof DOMException && error.name === 'NotAllowedError') onRefused();
    });
  }, [stream]);

  return (
    // biome-ignore lint/a11y/useMediaCaption: a live picture has no captions that could be named here.
    <video
      ref={(element) => {
        ref.current = element;
        // React sets the attribute too late for autoplay on some phones.
        if (element !== null && element.srcObject === null) element.muted = true;
      }}
      aria-label="Broadcast"
      autoPlay
      playsInline
      className="size-full object-contain"
      onPlaying={onPlaying}
      onResize={({ currentTarget: { videoWidth, videoHeight } }) => {
        if (videoWidth > 0 && videoHeight > 0) onRatio(videoWidth / videoHeight);
      }}
    />
  );
}

async function playOrSilence(video: HTMLVideoElement, onSilenced: () => void): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    if (video.muted || !(error instanceof DOMException) || error.name !== 'NotAllowedError') throw error;
    video.muted = true;
    onSilenced();
    await video.play();
  }
}

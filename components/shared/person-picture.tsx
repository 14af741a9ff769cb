'use client';

import { clsx } from 'clsx/lite';
import { MicOff } from 'lucide-react';
import { useEffect, useRef } from 'react';

type PersonPictureProps = {
  /** `null` while nothing is received. */
  stream: MediaStream | null;
  name: string;
  /** Whether there is a picture; otherwise the name stands in its place. */
  hasPicture: boolean;
  /** A person sees themselves as in a mirror. */
  isMirrored?: boolean;
  isMuted?: boolean;
  isSpeaking?: boolean;
  className?: string;
};

/** Somebody who takes part in a show: the picture, with the name at its lower edge. It plays no sound. */
export function PersonPicture(props: PersonPictureProps) {
  const { stream, name, hasPicture, isMirrored = false, isMuted = false, isSpeaking = false, className } = props;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  return (
    <div
      className={clsx(
        'on-stage relative aspect-video overflow-hidden rounded-xl bg-stage text-stage-ink',
        isSpeaking && 'ring-3 ring-accent',
        className,
      )}
    >
      <video
        ref={video}
        aria-label={name}
        autoPlay
        muted
        playsInline
        className={clsx('size-full object-cover', isMirrored && '-scale-x-100', !hasPicture && 'invisible')}
      />
      {!hasPicture && (
        <p
          aria-hidden="true"
          className="absolute inset-0 grid place-content-center px-3 text-center font-semibold text-lg"
        >
          <bdi>{name}</bdi>
        </p>
      )}
      <p
        aria-hidden="true"
        className="absolute bottom-1.5 left-1.5 flex max-w-[calc(100%-0.75rem)] items-center gap-1.5 rounded-lg bg-stage/80 px-2 py-0.5 font-semibold text-sm"
      >
        {isMuted && <MicOff className="size-3.5 shrink-0" />}
        <bdi className="truncate">{name}</bdi>
      </p>
    </div>
  );
}

'use client';

import { clsx } from 'clsx/lite';
import { CameraOff } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { isMirrored, showsScreen } from '../../../lib/browser/capture/camera.ts';

type CameraPreviewProps = {
  stream: MediaStream | null;
  /** False while the presenter has turned the camera off. */
  cameraOn?: boolean;
  /** Whether it is the picture of a show with guests, which is shown as it is. */
  isProgram?: boolean;
  /** A red frame shows that this is being broadcast. */
  live?: boolean;
  /** Shown in place of a picture. */
  children?: ReactNode;
};

/**
 * The picture that the audience sees. A camera is shown mirrored: anything else confuses people who try to straighten
 * their hair. A screen is shown as it is.
 */
export function CameraPreview({
  stream,
  cameraOn = true,
  isProgram = false,
  live = false,
  children,
}: CameraPreviewProps) {
  const t = useTranslations('studio.sources.preview');
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  const [picture] = stream?.getVideoTracks() ?? [];
  const isScreen = showsScreen(picture);
  const hasPicture = picture !== undefined && (isScreen || isProgram || cameraOn);
  return (
    <div
      className={clsx(
        'on-stage relative aspect-video overflow-hidden rounded-2xl bg-stage text-stage-ink',
        live && 'ring-4 ring-live',
      )}
    >
      <video
        ref={video}
        aria-label={t(isProgram ? 'program' : isScreen ? 'screen' : 'camera')}
        autoPlay
        muted
        playsInline
        className={clsx(
          'size-full object-contain',
          picture !== undefined && !isProgram && isMirrored(picture) && '-scale-x-100',
          !hasPicture && 'invisible',
        )}
      />
      {!hasPicture && (
        <div className="absolute inset-0 grid place-content-center justify-items-center px-6 text-center">
          {stream === null ? (
            children
          ) : (
            <>
              <CameraOff className="size-10 text-stage-soft" aria-hidden="true" />
              <p className="mt-3 text-stage-soft">{t(picture === undefined ? 'soundOnly' : 'cameraOff')}</p>
            </>
          )}
        </div>
      )}
    </div>
  );
}

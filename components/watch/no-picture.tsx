import { clsx } from 'clsx/lite';
import { AudioLines, CameraOff, type LucideIcon, VideoOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PictureTrouble } from '../../lib/browser/watch/picture-trouble.ts';

type NoPictureProps = {
  trouble: PictureTrouble;
  hasPicture: boolean;
  /** A button on the stage asks for a tap, and needs room on a phone. */
  invited: boolean;
};

const icons: Record<PictureTrouble, LucideIcon> = {
  'sound-only': AudioLines,
  'chosen-off': AudioLines,
  narrow: AudioLines,
  'camera-off': CameraOff,
  still: VideoOff,
  missing: VideoOff,
  unplayable: VideoOff,
};

/** Explains why the picture does not move: as a note over the last frame if there is one, otherwise in its place. */
export function NoPicture({ trouble, hasPicture, invited }: NoPictureProps) {
  const t = useTranslations('watch.noPicture');
  const Icon = icons[trouble];
  const staysOn = trouble === 'still' || trouble === 'missing' || trouble === 'unplayable';
  if (hasPicture && staysOn) {
    return (
      <div role="status" className="pointer-events-none absolute top-12 right-3 left-3 z-20 flex">
        <p className="inline-flex animate-rise items-center gap-2 rounded-xl bg-stage-raised/85 px-3 py-1.5 text-sm text-stage-ink">
          <Icon className="size-4 shrink-0 text-stage-accent" aria-hidden="true" />
          {t(`frozen-${trouble}`)}
        </p>
      </div>
    );
  }
  return (
    <div
      role="status"
      className="absolute inset-0 grid place-content-center justify-items-center bg-stage px-6 pt-10 pb-16 text-center text-stage-ink sm:py-4"
    >
      <Icon className="hidden text-stage-accent sm:block sm:size-16" strokeWidth={1.5} aria-hidden="true" />
      <p
        className={clsx(
          'font-semibold text-lg tracking-[-0.02em] sm:mt-6 sm:text-2xl',
          invited && 'max-sm:pb-16 max-sm:text-base',
        )}
      >
        {t(`${trouble}.title`)}
      </p>
      <p className={clsx('mt-1.5 max-w-md text-sm text-stage-soft sm:text-base', invited && 'max-sm:hidden')}>
        {t(`${trouble}.explanation`)}
      </p>
    </div>
  );
}

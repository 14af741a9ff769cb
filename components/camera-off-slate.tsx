import { CameraOff } from 'lucide-react';
import { useTranslations } from 'use-intl';

/** What stands in place of the picture while the presenter has turned the camera off: nothing is broken. */
export function CameraOffSlate() {
  const t = useTranslations('studio.live.slate');
  return (
    <div
      role="status"
      className="absolute inset-0 grid place-content-center justify-items-center bg-stage px-6 py-4 text-center text-stage-ink"
    >
      <CameraOff className="size-12 text-stage-accent sm:size-16" strokeWidth={1.5} aria-hidden="true" />
      <p className="mt-4 font-semibold text-lg tracking-[-0.02em] sm:mt-6 sm:text-2xl">{t('title')}</p>
      <p className="mt-1.5 max-w-md text-sm text-stage-soft sm:text-base">{t('explanation')}</p>
    </div>
  );
}

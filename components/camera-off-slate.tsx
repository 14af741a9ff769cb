import { CameraOff } from 'lucide-react';
import { useTranslations } from 'use-intl';

/** What stands in place of the picture while the presenter has turned the camera off: nothing is broken. */
export function CameraOffSlate() {
  const t = useTranslations('studio.live.slate');
  return (
    <div
      role="status"
      // On a phone the invitation to hear something needs the lower half.
      className="absolute inset-0 grid place-content-center justify-items-center bg-stage px-6 pt-4 pb-20 text-center text-stage-ink sm:pb-4"
    >
      <CameraOff className="hidden text-stage-accent sm:block sm:size-16" strokeWidth={1.5} aria-hidden="true" />
      <p className="font-semibold text-lg tracking-[-0.02em] sm:mt-6 sm:text-2xl">{t('title')}</p>
      <p className="mt-1.5 max-w-md text-sm text-stage-soft sm:text-base">{t('explanation')}</p>
    </div>
  );
}

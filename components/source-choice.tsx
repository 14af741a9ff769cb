'use client';

import { clsx } from 'clsx/lite';
import { Camera, Monitor, PictureInPicture2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { type Source, sources } from '../lib/browser/media-plan.ts';
import { canShareScreen } from '../lib/browser/screen-capture.ts';

type SourceChoiceProps = {
  source: Source;
  disabled?: boolean;
  onChoose: (source: Source) => void;
};

const icons = { camera: Camera, screen: Monitor, both: PictureInPicture2 } as const;

/** Camera, screen, or both at once. A screen that is shown can be exchanged for another by choosing it again. */
export function SourceChoice({ source, disabled = false, onChoose }: SourceChoiceProps) {
  const t = useTranslations('studio.sources.choice');
  // A phone has nothing to choose from.
  if (!canShareScreen()) return null;
  return (
    <fieldset className="grid grid-cols-3 gap-1 rounded-xl bg-sunken p-1">
      <legend className="sr-only">{t('label')}</legend>
      {sources.map((one) => {
        const Icon = icons[one];
        return (
          <button
            key={one}
            type="button"
            aria-pressed={one === source}
            disabled={disabled}
            title={t(`${one}Hint`)}
            onClick={() => (one !== source || one !== 'camera') && onChoose(one)}
            className={clsx(
              'flex min-h-11 select-none flex-col items-center justify-center gap-x-2 gap-y-0.5 rounded-[0.6rem] px-1 py-1.5 font-semibold text-[0.8125rem] leading-tight sm:flex-row sm:text-sm transition-colors',
              'disabled:pointer-events-none disabled:opacity-50',
              one === source ? 'bg-surface text-accent-text shadow-card' : 'text-ink-soft hover:text-ink',
            )}
          >
            <Icon className="size-4.5 shrink-0" aria-hidden="true" />
            {t(one)}
          </button>
        );
      })}
    </fieldset>
  );
}

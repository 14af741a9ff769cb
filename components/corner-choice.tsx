'use client';

import { clsx } from 'clsx/lite';
import { useTranslations } from 'use-intl';
import { type Corner, corners } from '../lib/browser/picture-layout.ts';

/** In which corner of the screen the camera stands. */
export function CornerChoice({ corner, onChoose }: { corner: Corner; onChoose: (corner: Corner) => void }) {
  const t = useTranslations('studio.sources.corners');
  return (
    <fieldset className="flex flex-wrap items-center gap-x-1">
      <legend className="float-left mr-2 text-ink-soft text-sm">{t('label')}</legend>
      {corners.map((one) => (
        <button
          key={one}
          type="button"
          aria-label={t(one)}
          title={t(one)}
          aria-pressed={one === corner}
          onClick={() => onChoose(one)}
          className={clsx(
            'grid size-11 place-items-center rounded-xl transition-colors hover:bg-sunken',
            one === corner ? 'text-accent-text' : 'text-ink-soft',
          )}
        >
          <svg viewBox="0 0 24 18" fill="none" aria-hidden="true" className="w-6">
            <rect x="1" y="1" width="22" height="16" rx="3" stroke="currentColor" strokeWidth="1.75" />
            <rect
              x={one.endsWith('left') ? 4 : 12}
              y={one.startsWith('top') ? 4 : 9}
              width="8"
              height="5"
              rx="1"
              fill="currentColor"
            />
          </svg>
        </button>
      ))}
    </fieldset>
  );
}

'use client';

import { clsx } from 'clsx/lite';
import { Camera, Monitor, PictureInPicture2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { type Source, sources } from '../../../lib/browser/capture/media-plan.ts';
import { type Corner, corners } from '../../../lib/browser/capture/picture-layout.ts';
import { canShareScreen } from '../../../lib/browser/capture/screen-capture.ts';
import type { PublisherHandle } from '../../../lib/browser/studio/use-publisher.ts';
import { MediaNotice } from './media-notice.tsx';

type SourceControlsProps = { studio: PublisherHandle; disabled?: boolean; children?: ReactNode };

/** The choice of picture, the camera's corner in it, and notices about changes that the presenter did not make. */
export function SourceControls({ studio, disabled = false, children }: SourceControlsProps) {
  const { media } = studio;
  const composed = media.plan.source === 'both';
  return (
    <div>
      <SourceChoice source={media.plan.source} disabled={disabled} onChoose={studio.setSource} />
      {(composed || children) && (
        <div className="mt-1 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
          {composed && <CornerChoice corner={media.plan.corner} onChoose={studio.setCorner} />}
          {children}
        </div>
      )}
      <MediaNotice studio={studio} />
    </div>
  );
}

type SourceChoiceProps = {
  source: Source;
  disabled?: boolean;
  onChoose: (source: Source) => void;
};

const icons = { camera: Camera, screen: Monitor, both: PictureInPicture2 } as const;

/** The choice of camera, screen, or both at once. Choosing the screen again replaces the shown one with another. */
function SourceChoice({ source, disabled = false, onChoose }: SourceChoiceProps) {
  const t = useTranslations('studio.sources.choice');
  // Phones cannot share their screen, so there is nothing to choose.
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

/** The choice of the corner of the screen in which the camera is shown. */
function CornerChoice({ corner, onChoose }: { corner: Corner; onChoose: (corner: Corner) => void }) {
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

import { X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { LinkFigures } from '../lib/browser/link-figures.ts';
import { useFigureRows } from './use-figure-rows.ts';

type StageDetailsProps = {
  figures: LinkFigures | null;
  /** The value of the row "Delay", in milliseconds; `null` while nobody measures it. */
  delayMs: number | null;
  onClose: () => void;
};

/** All figures of the link, for experts: beside the picture's middle where there is room, and otherwise over it. */
export function StageDetails({ figures, delayMs, onClose }: StageDetailsProps) {
  const t = useTranslations('watch.details');
  const rowsOf = useFigureRows();
  return (
    <section
      data-controls=""
      aria-label={t('title')}
      // A region that scrolls must be reachable for keys.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
      tabIndex={0}
      className="absolute inset-x-2 top-2 z-30 max-h-[calc(100%-1rem)] overflow-y-auto rounded-xl bg-black/95 p-3 text-stage-ink text-xs backdrop-blur-md @2xl/stage:left-auto @2xl/stage:max-h-[calc(100%-4.5rem)] @2xl/stage:w-72 @2xl/stage:text-[0.8125rem]"
    >
      <button
        type="button"
        onClick={onClose}
        aria-label={t('close')}
        title={t('close')}
        className="absolute top-0 right-0 grid size-11 place-items-center rounded-xl text-stage-soft hover:text-stage-ink"
      >
        <X className="size-4" aria-hidden="true" />
      </button>
      <p className="font-semibold">{t('title')}</p>
      {figures === null ? (
        <p className="mt-1 text-stage-soft">{t('measuring')}</p>
      ) : (
        <dl className="mt-2 grid grid-cols-2 gap-x-4 gap-y-1.5 @xs/stage:grid-cols-3 @2xl/stage:grid-cols-1 @2xl/stage:gap-y-1">
          {rowsOf(figures, delayMs).map(({ label, value }) => (
            <div key={label} className="@2xl/stage:flex @2xl/stage:justify-between @2xl/stage:gap-4">
              <dt className="text-stage-soft">{label}</dt>
              <dd className="font-medium tabular-nums @2xl/stage:text-right">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

import { X } from 'lucide-react';
import { useFormatter, useTranslations } from 'use-intl';
import type { LinkFigures } from '../../lib/browser/rtc/link-figures.ts';
import type { SeenTier } from '../../lib/browser/watch/picture-control.ts';
import { useTierName } from './stage-quality.tsx';

type StageDetailsProps = {
  figures: LinkFigures | null;
  tier: SeenTier;
  /** The value of the row "Delay", in milliseconds; `null` while it is not measured. */
  latencyMs: number | null;
  onClose: () => void;
};

/** All figures of the link, for experts: at the side of the picture where there is room, otherwise over its middle. */
export function StageDetails({ figures, tier, latencyMs, onClose }: StageDetailsProps) {
  const t = useTranslations('watch.details');
  const rowsOf = useFigureRows();
  const nameOf = useTierName();
  return (
    <section
      data-controls=""
      aria-label={t('title')}
      // A region that scrolls must be reachable by keyboard.
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
          {[{ label: t('tier'), value: nameOf(tier.selection, tier.offered) }, ...rowsOf(figures, latencyMs)].map(
            ({ label, value }) => (
              <div key={label} className="@2xl/stage:flex @2xl/stage:justify-between @2xl/stage:gap-4">
                <dt className="text-stage-soft">{label}</dt>
                <dd className="font-medium tabular-nums @2xl/stage:text-right">{value}</dd>
              </div>
            ),
          )}
        </dl>
      )}
    </section>
  );
}

/** A figure with its name, as text. */
type FigureRow = { label: string; value: string };

/** Returns the figures of a link as text. `latencyMs` is measured elsewhere; `null` while it is not. */
function useFigureRows(): (figures: LinkFigures, latencyMs: number | null) => FigureRow[] {
  const t = useTranslations('watch.details');
  const format = useFormatter();
  const orUnknown = (value: number | null, words: (known: number) => string) =>
    value === null ? t('unknown') : words(value);
  const count = (value: number) => format.number(value, { maximumFractionDigits: 0 });
  const milliseconds = (value: number) =>
    format.number(value, { style: 'unit', unit: 'millisecond', unitDisplay: 'short', maximumFractionDigits: 0 });
  const kilobits = (value: number) =>
    format.number(value, { style: 'unit', unit: 'kilobit-per-second', maximumFractionDigits: 0 });
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 1 });

  return (figures, latencyMs) => {
    const { width, height, videoCodec, audioCodec, path } = figures;
    const codecs = [videoCodec, audioCodec]
      .filter((codec) => codec !== null)
      .map((codec) => codec.replace(/^opus$/, 'Opus'));
    return [
      {
        label: t('resolution'),
        // Picture sizes are written the same in all languages, and without separators.
        value: width === null || height === null ? t('unknown') : `${width} × ${height}`,
      },
      { label: t('framesPerSecond'), value: orUnknown(figures.framesPerSecond, count) },
      { label: t('codec'), value: codecs.length === 0 ? t('unknown') : codecs.join(', ') },
      { label: t('bitrate'), value: orUnknown(figures.kbps, kilobits) },
      { label: t('loss'), value: orUnknown(figures.lossShare, percent) },
      { label: t('jitter'), value: orUnknown(figures.jitterMs, milliseconds) },
      { label: t('roundTrip'), value: orUnknown(figures.roundTripMs, milliseconds) },
      { label: t('delay'), value: orUnknown(latencyMs, milliseconds) },
      { label: t('decoded'), value: orUnknown(figures.framesDecoded, count) },
      { label: t('dropped'), value: orUnknown(figures.framesDropped, count) },
      { label: t('freezes'), value: orUnknown(figures.freezes, count) },
      { label: t('connection'), value: path === null ? t('unknown') : t(`path.${path}`) },
    ];
  };
}

import { useFormatter, useTranslations } from 'use-intl';
import type { LinkFigures } from '../lib/browser/link-figures.ts';

/** A figure with its name, in words. */
export type FigureRow = { label: string; value: string };

/** The figures of a link as people read them. `delayMs` is measured elsewhere; `null` while it is not. */
export function useFigureRows(): (figures: LinkFigures, delayMs: number | null) => FigureRow[] {
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

  return (figures, delayMs) => {
    const { width, height, videoCodec, audioCodec, path } = figures;
    const codecs = [videoCodec, audioCodec]
      .filter((codec) => codec !== null)
      .map((codec) => codec.replace(/^opus$/, 'Opus'));
    return [
      {
        label: t('resolution'),
        // Sizes of pictures are written alike everywhere, and without separators.
        value: width === null || height === null ? t('unknown') : `${width} × ${height}`,
      },
      { label: t('framesPerSecond'), value: orUnknown(figures.framesPerSecond, count) },
      { label: t('codec'), value: codecs.length === 0 ? t('unknown') : codecs.join(', ') },
      { label: t('bitrate'), value: orUnknown(figures.kbps, kilobits) },
      { label: t('loss'), value: orUnknown(figures.lossShare, percent) },
      { label: t('jitter'), value: orUnknown(figures.jitterMs, milliseconds) },
      { label: t('roundTrip'), value: orUnknown(figures.roundTripMs, milliseconds) },
      { label: t('delay'), value: orUnknown(delayMs, milliseconds) },
      { label: t('decoded'), value: orUnknown(figures.framesDecoded, count) },
      { label: t('dropped'), value: orUnknown(figures.framesDropped, count) },
      { label: t('freezes'), value: orUnknown(figures.freezes, count) },
      { label: t('connection'), value: path === null ? t('unknown') : t(path) },
    ];
  };
}

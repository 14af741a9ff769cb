import { useFormatter } from 'use-intl';
import { fileSize } from '../../lib/browser/page/format.ts';

/** How sizes and moments are written in the language of the page. */
type FormattedText = {
  /** A size in bytes, such as `1.4 GB`. */
  size: (bytes: number) => string;
  /** A moment in milliseconds since the epoch, by the person's own clock: `22 Nov 2025, 14:05`. */
  moment: (at: number) => string;
};

/** Sizes and moments, written as the language of the page has them. */
export function useFormattedText(): FormattedText {
  const format = useFormatter();
  return {
    size: (bytes) => {
      const { value, unit, decimals } = fileSize(bytes);
      return format.number(value, {
        style: 'unit',
        unit,
        // Nobody reads "999 byte"; the other units are known by their short names everywhere.
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      });
    },
    moment: (at) => format.dateTime(at, { dateStyle: 'medium', timeStyle: 'short' }),
  };
}

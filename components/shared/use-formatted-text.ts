import { useFormatter } from 'use-intl';
import { fileSize } from '../../lib/browser/page/format.ts';

/** Formats sizes and moments in the language of the page. */
type FormattedText = {
  /** A size in bytes, such as `1.4 GB`. */
  size: (bytes: number) => string;
  /** A moment in milliseconds since the epoch, in the person's own time zone: `22 Nov 2025, 14:05`. */
  moment: (at: number) => string;
  /** The day of a moment: `22 Nov 2025`. */
  day: (at: number) => string;
};

/** Returns formatters for sizes and moments in the language of the page. */
export function useFormattedText(): FormattedText {
  const format = useFormatter();
  return {
    size: (bytes) => {
      const { value, unit, decimals } = fileSize(bytes);
      return format.number(value, {
        style: 'unit',
        unit,
        // "999 byte" reads badly; the other units are known by their short names everywhere.
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      });
    },
    moment: (at) => format.dateTime(at, { dateStyle: 'medium', timeStyle: 'short' }),
    day: (at) => format.dateTime(at, { dateStyle: 'medium' }),
  };
}

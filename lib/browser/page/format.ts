const secondMs = 1_000;

/** A duration as a clock shows it: `0:07`, `12:34`, `1:02:03`. Never negative. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / secondMs));
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** An estimated duration, rounded down: a number of units, or `less` than a minute. */
export type EstimatedDuration = { unit: 'less' | 'minutes' | 'hours' | 'days'; count: number };

/** Expresses an estimate of `ms` milliseconds in the largest unit that is still informative. */
export function estimateDuration(ms: number): EstimatedDuration {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return { unit: 'less', count: 0 };
  if (minutes < 100) return { unit: 'minutes', count: minutes };
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? { unit: 'hours', count: hours } : { unit: 'days', count: Math.floor(hours / 24) };
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The time left, in the unit that people would use. */
export type TimeLeft = { unit: 'day' | 'hour' | 'minute'; count: number } | 'under-a-minute' | 'over';

/** Expresses `ms` as people would: two hours rather than 113 minutes, and 90 minutes rather than two hours. */
export function timeLeft(ms: number): TimeLeft {
  if (ms <= 0) return 'over';
  if (ms < minuteMs) return 'under-a-minute';
  if (ms >= 1.75 * dayMs) return { unit: 'day', count: Math.round(ms / dayMs) };
  if (ms >= 1.75 * hourMs) return { unit: 'hour', count: Math.round(ms / hourMs) };
  return { unit: 'minute', count: Math.round(ms / minuteMs) };
}

/** The units of file sizes, as `Intl.NumberFormat` names them. */
type SizeUnit = 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte' | 'terabyte';

/** A size as file managers show it: a number, its unit, and the number of decimals to show. */
export type FileSize = { value: number; unit: SizeUnit; decimals: 0 | 1 };

const units: readonly SizeUnit[] = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** Chooses the unit for a size in bytes, in powers of 1000, so that one to three digits precede the point. */
export function fileSize(bytes: number): FileSize {
  let value = Math.max(0, bytes);
  let unit: SizeUnit = 'byte';
  for (const larger of units.slice(1)) {
    if (value < 999.5) break;
    value /= 1_000;
    unit = larger;
  }
  return { value, unit, decimals: unit === 'byte' || value >= 99.5 ? 0 : 1 };
}

/**
 * A moment as the value of an input of type `datetime-local`: `2026-11-27T19:00`, in the person's own time zone. See
 * https://html.spec.whatwg.org/multipage/input.html#local-date-and-time-state-(type=datetime-local)
 * @param at milliseconds since the epoch
 */
export function toLocalField(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment that such an input holds, in milliseconds since the epoch; `null` while it is not filled in. */
export function fromLocalField(text: string): number | null {
  // `Date` reads a text without a time zone as local time.
  const at = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(text) ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/**
 * A moment as a field of the kind `datetime-local` has it: `2026-11-27T19:00`, by the person's own clock.
 * See https://html.spec.whatwg.org/multipage/input.html#local-date-and-time-state-(type=datetime-local)
 * @param at milliseconds since the epoch
 */
export function toLocalField(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment that such a field names, in milliseconds since the epoch; `null` while it is not filled in. */
export function fromLocalField(text: string): number | null {
  // Without a zone, the language takes it for the person's own.
  const at = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(text) ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

const secondMs = 1_000;

/** A length of time as a clock shows it: `0:07`, `12:34`, `1:02:03`. Never negative. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / secondMs));
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The number of people who watch, in words. */
export function formatViewers(count: number): string {
  return count === 1 ? '1 viewer' : `${count} viewers`;
}

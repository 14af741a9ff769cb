const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How much time is left, in the unit that people would say it in. */
export type TimeLeft = { unit: 'day' | 'hour' | 'minute'; count: number } | 'under-a-minute' | 'over';

/** Says `ms` as people do: two hours rather than 113 minutes, and 90 minutes rather than two hours. */
export function timeLeft(ms: number): TimeLeft {
  if (ms <= 0) return 'over';
  if (ms < minuteMs) return 'under-a-minute';
  if (ms >= 1.75 * dayMs) return { unit: 'day', count: Math.round(ms / dayMs) };
  if (ms >= 1.75 * hourMs) return { unit: 'hour', count: Math.round(ms / hourMs) };
  return { unit: 'minute', count: Math.round(ms / minuteMs) };
}

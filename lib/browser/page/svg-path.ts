/** A value at a moment in milliseconds; `null` where it was not measured. */
export type SparkPoint = { at: number; value: number | null };

/** The range of a small chart: its last moment and its length, in milliseconds, and the value at its upper edge. */
export type SparkFrame = { until: number; spanMs: number; top: number };

/** The size of the chart, in units of its view box. */
export const sparkBox = { width: 120, height: 32 } as const;

/** A pause between two values that is longer than this, in milliseconds, is shown as a gap. */
const gapMs = 3_500;

/**
 * The `d` of an SVG path through `points`, which are in order. Later points are further right, larger values higher.
 */
export function sparkPath(points: readonly SparkPoint[], { until, spanMs, top }: SparkFrame): string {
  let path = '';
  let drawnAt: number | null = null;
  for (const { at, value } of points) {
    if (value === null || at < until - spanMs) continue;
    const x = sparkBox.width * (1 - (until - at) / spanMs);
    const y = sparkBox.height * (1 - Math.min(1, Math.max(0, value / top)));
    path += `${drawnAt === null || at - drawnAt > gapMs ? 'M' : 'L'}${round(x)} ${round(y)}`;
    drawnAt = at;
  }
  return path;
}

/** The smallest and the largest value; `null` while there are none. */
export function sparkRange(points: readonly SparkPoint[]): { least: number; most: number } | null {
  const values = points.flatMap(({ value }) => value ?? []);
  return values.length === 0 ? null : { least: Math.min(...values), most: Math.max(...values) };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The `d` of an SVG path that draws the dark modules of a QR code, one unit each, as horizontal runs. */
export function qrPath(rows: readonly (readonly boolean[])[]): string {
  return rows
    .flatMap((row, y) =>
      row.flatMap((dark, x) => {
        if (!dark || row[x - 1]) return [];
        const end = row.indexOf(false, x);
        const length = (end === -1 ? row.length : end) - x;
        return `M${x} ${y}h${length}v1h-${length}z`;
      }),
    )
    .join('');
}

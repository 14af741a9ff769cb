import { useTranslations } from 'use-intl';
import { type SparkPoint, sparkBox, sparkPath, sparkRange } from '../../lib/browser/page/svg-path.ts';

type SparklineProps = {
  /** The name of the value. */
  name: string;
  points: readonly SparkPoint[];
  /** The current value, the same as shown elsewhere; `null` while it is unknown. */
  now: number | null;
  /** Values smaller than this do not fill the height, so that harmless values do not look dramatic. */
  leastTop: number;
  write: (value: number) => string;
};

const spanMs = 60_000;

/** A value over the last minute: its name, its current value, and a small curve. */
export function Sparkline({ name, points, now, leastTop, write }: SparklineProps) {
  const t = useTranslations('studio.live.health');
  const range = sparkRange(points);
  const frame = { until: points.at(-1)?.at ?? 0, spanMs, top: Math.max(leastTop, (range?.most ?? 0) * 1.1) };
  const words =
    range === null || now === null
      ? t('notYet', { what: name })
      : t('overAMinute', { what: name, now: write(now), least: write(range.least), most: write(range.most) });
  return (
    <div className="min-w-0">
      <p className="truncate text-ink-soft text-xs" aria-hidden="true">
        {name}
      </p>
      <p className="truncate font-semibold text-sm tabular-nums" aria-hidden="true">
        {now === null ? '–' : write(now)}
      </p>
      <svg
        viewBox={`0 -2 ${sparkBox.width} ${sparkBox.height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
        className="mt-1 h-8 w-full"
      >
        <path d={`M0 ${sparkBox.height}H${sparkBox.width}`} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
        <path
          d={sparkPath(points, frame)}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.75"
          strokeLinejoin="round"
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
    </div>
  );
}

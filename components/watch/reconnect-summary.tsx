import { useTranslations } from 'use-intl';
import { type ReconnectTally, rejoinReasons } from '../../lib/browser/watch/reconnects.ts';

/** How often and why this viewer had to reconnect, such as `Reconnected 2× – network`. */
export function ReconnectSummary({ tally }: { tally: ReconnectTally }) {
  const t = useTranslations('watch.reconnects');
  const counts = rejoinReasons.flatMap((reason) => {
    const count = tally[reason] ?? 0;
    return count > 0 ? [{ reason: t(reason), count }] : [];
  });
  const count = counts.reduce((sum, one) => sum + one.count, 0);
  const reasons = counts.map((one) => (counts.length === 1 ? one.reason : t('several', one))).join(', ');
  return (
    <p data-testid="reconnects" className="mt-1 text-ink-soft text-sm">
      {t('summary', { count, reasons })}
    </p>
  );
}

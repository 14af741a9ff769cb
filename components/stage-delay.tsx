import { useFormatter, useTranslations } from 'use-intl';
import { Badge } from './ui/badge.tsx';

/** How old the picture is when it is seen: from the presenter's camera to this screen, in milliseconds. */
export function StageDelay({ delayMs }: { delayMs: number }) {
  const t = useTranslations('watch.stage');
  const format = useFormatter();
  const seconds = format.number(delayMs / 1_000, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return (
    <div
      title={t('delayMeaning')}
      data-delay-ms={Math.round(delayMs)}
      className="fades absolute top-3 right-3 z-10 tabular-nums"
    >
      <Badge tone="stage">{t('delay', { seconds })}</Badge>
    </div>
  );
}

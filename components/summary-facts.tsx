import { useFormatter, useTranslations } from 'use-intl';
import { formatClock } from '../lib/browser/format.ts';
import type { BroadcastView } from '../lib/signaling.ts';

/** A show in numbers: how long it was on, the most who watched at once, and what ended it. */
export function SummaryFacts({ broadcast }: { broadcast: BroadcastView }) {
  const t = useTranslations('studio.summary');
  const format = useFormatter();
  const { startedAt, endedAt, peakViewers, endReason } = broadcast;
  const facts = [
    {
      name: t('length'),
      value: startedAt === null || endedAt === null ? '–' : formatClock(endedAt - startedAt),
    },
    { name: t('peak'), value: format.number(peakViewers) },
    { name: t('ended'), value: t(`by.${endReason ?? 'unknown'}`) },
  ];
  return (
    <dl className="mt-6 grid grid-cols-1 divide-y divide-line rounded-xl bg-sunken sm:grid-cols-3 sm:divide-x sm:divide-y-0">
      {facts.map(({ name, value }) => (
        <div
          key={name}
          className="flex items-baseline justify-between gap-4 px-4 py-3 sm:flex-col-reverse sm:items-center sm:justify-end sm:gap-0.5 sm:py-4"
        >
          <dt className="text-ink-soft text-sm">{name}</dt>
          <dd className="font-semibold text-lg tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

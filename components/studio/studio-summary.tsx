import { useFormatter, useTranslations } from 'use-intl';
import { formatClock } from '../../lib/browser/page/format.ts';
import type { ErrorBody } from '../../lib/errors.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import { useErrorText } from '../shared/use-error-text.ts';
import { AudienceSeats } from '../ui/audience-seats.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/notice.tsx';

type StudioSummaryProps = { broadcast: BroadcastView; error: ErrorBody | null; onAgain: () => void };

/** The studio after the show: that it is over, how it went, why it ended, and where to find it. */
export function StudioSummary({ broadcast, error, onAgain }: StudioSummaryProps) {
  const t = useTranslations('studio.summary');
  const reason = useReason(broadcast, error);
  const { title, channel, recordingId, peakViewers } = broadcast;
  const outcome = describeRecording(broadcast);
  return (
    <Card className="mx-auto max-w-xl p-6 text-center sm:p-10">
      <AudienceSeats taken={peakViewers} className="mx-auto w-44 text-accent" />
      <div role="status">
        <h1 tabIndex={-1} className="outline-none mt-6 font-bold text-2xl sm:text-3xl">
          {t('title')}
        </h1>
      </div>
      <p className="mt-2 break-words text-ink-soft">
        {t('offAir', { title, channel })} {outcome !== null && t(`recording.${outcome}`)}
      </p>
      <SummaryInfo broadcast={broadcast} />
      {reason !== null && (
        <div className="mt-6 text-left">
          <Notice tone="warning" title={t('unexpected')}>
            {reason}
          </Notice>
        </div>
      )}
      <div className="mt-7 flex flex-col gap-3 sm:flex-row sm:justify-center">
        {recordingId !== null && (
          <ButtonLink variant="primary" size="lg" href={`/recordings/${encodeURIComponent(recordingId)}`}>
            {t('see')}
          </ButtonLink>
        )}
        <Button size="lg" onClick={onAgain} variant={recordingId === null ? 'primary' : 'secondary'}>
          {t('again')}
        </Button>
      </div>
    </Card>
  );
}

/** Returns why it ended or could not be resumed, as a sentence; `null` if the presenter ended it. */
function useReason({ endReason }: BroadcastView, error: ErrorBody | null): string | null {
  const t = useTranslations('studio.summary');
  const textOf = useErrorText();
  if (endReason === 'stopped') return null;
  if (endReason !== null) return t(`reasons.${endReason}`);
  if (error === null) return null;
  // The general text is for viewers, who can wait for the next show.
  if (error.code === 'not-live') return t('endedWhileAway');
  const { title, remedy } = textOf(error);
  return `${title}. ${remedy}`;
}

function describeRecording({ recording, recordingId }: BroadcastView): 'failed' | 'finished' | 'soon' | null {
  if (recording === 'failed') return 'failed';
  if (recordingId === null) return null;
  return recording === 'finished' ? 'finished' : 'soon';
}

/** A show in figures: how long it was on, the peak number of viewers, and what ended it. */
function SummaryInfo({ broadcast }: { broadcast: BroadcastView }) {
  const t = useTranslations('studio.summary');
  const format = useFormatter();
  const { startedAt, endedAt, peakViewers, endReason } = broadcast;
  const info = [
    {
      name: t('length'),
      value: startedAt === null || endedAt === null ? '–' : formatClock(endedAt - startedAt),
    },
    { name: t('peak'), value: format.number(peakViewers) },
    { name: t('ended'), value: t(`by.${endReason ?? 'unknown'}`) },
  ];
  return (
    <dl className="mt-6 grid grid-cols-1 divide-y divide-line rounded-xl bg-sunken sm:grid-cols-3 sm:divide-x sm:divide-y-0">
      {info.map(({ name, value }) => (
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

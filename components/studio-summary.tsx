import { useTranslations } from 'use-intl';
import type { ErrorBody } from '../lib/errors.ts';
import type { BroadcastView } from '../lib/signaling.ts';
import { AudienceSeats } from './audience-seats.tsx';
import { SummaryFacts } from './summary-facts.tsx';
import { Button } from './ui/button.tsx';
import { ButtonLink } from './ui/button-link.tsx';
import { Card } from './ui/card.tsx';
import { Notice } from './ui/notice.tsx';
import { useErrorText } from './use-error-text.ts';

type StudioSummaryProps = { broadcast: BroadcastView; error: ErrorBody | null; onAgain: () => void };

/** After the show: that it is over, how it went, why it ended, and where to find it. */
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
      <SummaryFacts broadcast={broadcast} />
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

/** Why it ended, or could not be resumed, in a sentence; `null` when the presenter ended it. */
function useReason({ endReason }: BroadcastView, error: ErrorBody | null): string | null {
  const t = useTranslations('studio.summary');
  const textOf = useErrorText();
  if (endReason === 'stopped') return null;
  if (endReason !== null) return t(`reasons.${endReason}`);
  if (error === null) return null;
  // The general words are for viewers, who can wait for the next one.
  if (error.code === 'not-live') return t('endedWhileAway');
  const { title, remedy } = textOf(error);
  return `${title}. ${remedy}`;
}

function describeRecording({ recording, recordingId }: BroadcastView): 'failed' | 'finished' | 'soon' | null {
  if (recording === 'failed') return 'failed';
  if (recordingId === null) return null;
  return recording === 'finished' ? 'finished' : 'soon';
}

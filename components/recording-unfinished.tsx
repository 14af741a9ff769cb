import { useTranslations } from 'use-intl';
import type { Recording } from '../lib/recording.ts';
import { StageMessage } from './stage-message.tsx';
import { ButtonLink } from './ui/button-link.tsx';

/** Stands in place of the player while there is nothing to play. */
export function RecordingUnfinished({ recording }: { recording: Recording }) {
  const t = useTranslations('library.unfinished');
  return (
    <div className="on-stage relative aspect-video max-h-[70dvh] w-full overflow-hidden rounded-2xl bg-stage">
      {recording.state === 'recording' && (
        <StageMessage
          waiting
          title={t('onAir')}
          actions={
            <ButtonLink variant="primary" href={`/watch/${recording.channel}`}>
              {t('watchLive')}
            </ButtonLink>
          }
        >
          {t('onAirExplanation')}
        </StageMessage>
      )}
      {recording.state === 'finishing' && (
        <StageMessage busy title={t('finishing')}>
          {t('finishingExplanation')}
        </StageMessage>
      )}
      {recording.state === 'failed' && <StageMessage title={t('failed')}>{t('failedExplanation')}</StageMessage>}
    </div>
  );
}

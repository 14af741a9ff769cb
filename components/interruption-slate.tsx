'use client';

import { useTranslations } from 'use-intl';
import { formatClock } from '../lib/browser/format.ts';
import { useNow } from '../lib/browser/server-clock.ts';
import type { BroadcastView } from '../lib/signaling.ts';
import { StageMessage } from './stage-message.tsx';

type InterruptionSlateProps = { interruption: BroadcastView['interruption']; translucent: boolean };

/** What the audience reads while the show is interrupted: who is awaited, and for how long. */
export function InterruptionSlate({ interruption, translucent }: InterruptionSlateProps) {
  const t = useTranslations('watch.slate');
  const now = useNow();
  if (interruption?.by === 'media-server') {
    return (
      <StageMessage
        busy
        translucent={translucent}
        title={interruption.recurring ? t('serverTrouble') : t('serverRecovering')}
      >
        {interruption.recurring ? t('serverTroubleMore') : t('serverRecoveringMore')}
      </StageMessage>
    );
  }
  return (
    <StageMessage waiting wordy translucent={translucent} title={t('presenterAway')}>
      {t('presenterAwayMore')}
      {interruption !== null && now !== null && now < interruption.until && (
        <span role="timer" className="mt-1 block text-stage-ink tabular-nums sm:mt-2">
          {t('keptFor', { time: formatClock(interruption.until - now) })}
        </span>
      )}
    </StageMessage>
  );
}

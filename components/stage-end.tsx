import { Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { BroadcastView } from '../lib/signaling.ts';
import { StageMessage } from './stage-message.tsx';
import { ButtonLink } from './ui/button-link.tsx';

type StageEndProps = {
  broadcast: BroadcastView;
  newTab: boolean;
  /** What comes next, if that is known; otherwise it is only thanked. */
  children: ReactNode;
};

/** What stands on the stage after the show, and the way to its recording if there is one. */
export function StageEnd({ broadcast: { title, endReason, recordingId }, newTab, children }: StageEndProps) {
  const t = useTranslations('watch.overlay');
  return (
    <StageMessage
      eyebrow={title}
      title={endReason === 'stopped' ? t('ended') : t('cutShort')}
      actions={
        recordingId !== null && (
          <ButtonLink
            variant="primary"
            href={`/recordings/${encodeURIComponent(recordingId)}`}
            {...(newTab && { target: '_blank', rel: 'noopener' })}
          >
            <Play aria-hidden="true" />
            {t('watchRecording')}
          </ButtonLink>
        )
      }
    >
      {children ?? t('thanks')}
    </StageMessage>
  );
}

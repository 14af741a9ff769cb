'use client';

import { Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { formatClock } from '../../lib/browser/page/format.ts';
import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import { useNow } from '../../lib/browser/signaling/server-clock.ts';
import type { ViewerState } from '../../lib/browser/watch/viewer-state.ts';
import type { BroadcastView, UpcomingShow } from '../../lib/signaling.ts';
import { StageMessage } from '../shared/stage-message.tsx';
import { useErrorText } from '../shared/use-error-text.ts';
import { Button, ButtonLink } from '../ui/button.tsx';

/** Loaded on demand, because most channels never need it. */
const loadUpcoming = () => import('./upcoming-lines.tsx');

/** Loaded on demand, because most channels have no passcode. */
const loadPasscode = () => import('../shared/passcode-form.tsx');

type StageOverlayProps = {
  state: ViewerState;
  upcoming: UpcomingShow | null;
  channel: string;
  onTryAgain: () => void;
  newTab: boolean;
};

/** Shown on the stage whenever there is no live picture, or only an old one. */
export function StageOverlay({ state, upcoming, channel, onTryAgain, newTab }: StageOverlayProps) {
  const t = useTranslations('watch.overlay');
  const textOf = useErrorText();
  const part = useLazyModule(loadUpcoming, upcoming !== null);
  const lines = (next: boolean) => upcoming && part && <part.UpcomingLines show={upcoming} next={next} />;
  switch (state.phase) {
    case 'idle':
      return <StageMessage busy title={t('moment')} />;
    case 'asking':
      if (state.unanswered === null) return <StageMessage busy title={t('moment')} />;
      return (
        <StageMessage
          busy
          title={state.unanswered.code === 'connection-lost' ? t('unanswered') : textOf(state.unanswered).title}
        >
          {textOf(state.unanswered).remedy}
        </StageMessage>
      );
    case 'waiting':
      if (state.broadcast?.phase === 'starting') {
        return (
          <StageMessage waiting eyebrow={channel} title={t('gettingReady')}>
            {t('startsByItself', { title: state.broadcast.title })}
          </StageMessage>
        );
      }
      if (state.broadcast?.phase === 'interrupted') {
        return <InterruptionSlate interruption={state.broadcast.interruption} translucent={false} />;
      }
      return (
        <StageMessage waiting wordy={upcoming !== null} eyebrow={channel} title={upcoming?.title ?? t('nothingYet')}>
          {upcoming === null ? t('takeASeat', { channel }) : lines(false)}
        </StageMessage>
      );
    case 'connecting':
      return <StageMessage busy title={t('connecting')} />;
    case 'full':
      return (
        <StageMessage waiting eyebrow={state.broadcast?.title ?? channel} title={t('full')}>
          {state.position === null ? t('findingPlace') : t('place', { position: state.position })}
        </StageMessage>
      );
    case 'live':
      if (state.broadcast.phase !== 'interrupted') return null;
      return <InterruptionSlate interruption={state.broadcast.interruption} translucent />;
    case 'reconnecting':
      if (state.broadcast.phase === 'interrupted') {
        return <InterruptionSlate interruption={state.broadcast.interruption} translucent={state.stream !== null} />;
      }
      return (
        <StageMessage busy translucent={state.stream !== null} title={t('reconnecting')}>
          {state.error === null ? t('connectionInterrupted') : `${textOf(state.error).title}.`}
        </StageMessage>
      );
    case 'ended':
      return (
        <StageEnd broadcast={state.broadcast} newTab={newTab}>
          {lines(true)}
        </StageEnd>
      );
    case 'failed': {
      const { title, remedy } = textOf(state.error);
      const isLocked = state.error.code === 'passcode-required';
      return (
        <StageMessage
          title={title}
          wordy={isLocked}
          {...(isLocked && { eyebrow: channel })}
          actions={
            isLocked ? (
              <StagePasscode channel={channel} onEntered={onTryAgain} />
            ) : (
              <Button variant="primary" onClick={onTryAgain}>
                {t('tryAgain')}
              </Button>
            )
          }
        >
          {remedy}
        </StageMessage>
      );
    }
  }
}

/** Asks for the passcode of the channel. */
function StagePasscode(props: { channel: string; onEntered: () => void }) {
  const part = useLazyModule(loadPasscode, true);
  return part && <part.PasscodeForm {...props} />;
}

type InterruptionSlateProps = { interruption: BroadcastView['interruption']; translucent: boolean };

/** The text for the audience while the show is interrupted: who is awaited, and for how long. */
function InterruptionSlate({ interruption, translucent }: InterruptionSlateProps) {
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

type StageEndProps = {
  broadcast: BroadcastView;
  newTab: boolean;
  /** What comes next, if that is known; otherwise there are only thanks. */
  children: ReactNode;
};

/** Shown on the stage after the show, with a link to its recording if there is one. */
function StageEnd({ broadcast: { title, endReason, recordingId }, newTab, children }: StageEndProps) {
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

import { useTranslations } from 'use-intl';
import { useLater } from '../lib/browser/use-later.ts';
import type { WatcherState } from '../lib/browser/watcher-state.ts';
import type { UpcomingShow } from '../lib/signaling.ts';
import { InterruptionSlate } from './interruption-slate.tsx';
import { StageEnd } from './stage-end.tsx';
import { StageMessage } from './stage-message.tsx';
import { Button } from './ui/button.tsx';
import { useErrorText } from './use-error-text.ts';

/** Most channels never need it. */
const loadUpcoming = () => import('./upcoming-lines.tsx');

type StageOverlayProps = {
  state: WatcherState;
  upcoming: UpcomingShow | null;
  channel: string;
  onTryAgain: () => void;
  newTab: boolean;
};

/** What stands on the stage whenever there is no live picture, or only an old one. */
export function StageOverlay({ state, upcoming, channel, onTryAgain, newTab }: StageOverlayProps) {
  const t = useTranslations('watch.overlay');
  const textOf = useErrorText();
  const part = useLater(loadUpcoming, upcoming !== null);
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
      return (
        <StageMessage
          title={title}
          actions={
            <Button variant="primary" onClick={onTryAgain}>
              {t('tryAgain')}
            </Button>
          }
        >
          {remedy}
        </StageMessage>
      );
    }
  }
}

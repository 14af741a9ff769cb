import type { WatcherState } from '../lib/browser/watcher-state.ts';
import { InterruptionSlate } from './interruption-slate.tsx';
import { StageMessage } from './stage-message.tsx';
import { Button } from './ui/button.tsx';
import { ButtonLink } from './ui/button-link.tsx';
import { useErrorText } from './use-error-text.ts';

type StageOverlayProps = { state: WatcherState; channel: string; onTryAgain: () => void };

/** What stands on the stage whenever there is no live picture, or only an old one. */
export function StageOverlay({ state, channel, onTryAgain }: StageOverlayProps) {
  const textOf = useErrorText();
  switch (state.phase) {
    case 'idle':
      return <StageMessage busy title="One moment…" />;
    case 'waiting':
      if (state.broadcast?.phase === 'starting') {
        return (
          <StageMessage waiting title="The presenter is getting ready">
            {state.broadcast.title} starts here by itself.
          </StageMessage>
        );
      }
      if (state.broadcast?.phase === 'interrupted') {
        return <InterruptionSlate interruption={state.broadcast.interruption} translucent={false} />;
      }
      return (
        <StageMessage waiting title="Nothing is on air yet">
          Take a seat. As soon as somebody goes live on “{channel}”, it starts here by itself.
        </StageMessage>
      );
    case 'connecting':
      return <StageMessage busy title="Connecting…" />;
    case 'live':
      if (state.broadcast.phase !== 'interrupted') return null;
      return <InterruptionSlate interruption={state.broadcast.interruption} translucent />;
    case 'reconnecting':
      if (state.broadcast.phase === 'interrupted') {
        return <InterruptionSlate interruption={state.broadcast.interruption} translucent={state.stream !== null} />;
      }
      return (
        <StageMessage busy translucent={state.stream !== null} title="Reconnecting…">
          {state.error === null ? 'Your connection was interrupted.' : `${textOf(state.error).title}.`}
        </StageMessage>
      );
    case 'ended':
      return (
        <StageMessage
          title={state.broadcast.endReason === 'stopped' ? 'This broadcast has ended' : 'This broadcast was cut short'}
          actions={
            state.broadcast.recordingId !== null && (
              <ButtonLink variant="primary" href={`/recordings/${encodeURIComponent(state.broadcast.recordingId)}`}>
                Watch the recording
              </ButtonLink>
            )
          }
        >
          Thank you for watching. If the presenter comes back, it goes on here by itself.
        </StageMessage>
      );
    case 'failed': {
      const { title, remedy } = textOf(state.error);
      return (
        <StageMessage
          title={title}
          actions={
            <Button variant="primary" onClick={onTryAgain}>
              Try again
            </Button>
          }
        >
          {remedy}
        </StageMessage>
      );
    }
  }
}

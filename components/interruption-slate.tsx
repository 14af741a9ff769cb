'use client';

import { formatClock } from '../lib/browser/format.ts';
import { useNow } from '../lib/browser/use-now.ts';
import type { BroadcastView } from '../lib/signaling.ts';
import { StageMessage } from './stage-message.tsx';

type InterruptionSlateProps = { interruption: BroadcastView['interruption']; translucent: boolean };

/** What the audience reads while the show is interrupted: who is awaited, and for how long. */
export function InterruptionSlate({ interruption, translucent }: InterruptionSlateProps) {
  const now = useNow();
  if (interruption?.by === 'media-server') {
    return (
      <StageMessage
        busy
        translucent={translucent}
        title={interruption.recurring ? 'The server is having trouble' : 'One moment, the server is recovering'}
      >
        {interruption.recurring
          ? 'It had to be restarted several times. Stay here: the broadcast goes on once it stays up.'
          : 'Stay here: the broadcast goes on by itself.'}
      </StageMessage>
    );
  }
  return (
    <StageMessage waiting translucent={translucent} title="The presenter will be right back">
      Their connection was interrupted. Stay here: the broadcast goes on by itself.
      {interruption !== null && now !== null && now < interruption.until && (
        <span role="timer" className="mt-2 block text-stage-ink tabular-nums">
          It is kept for another {formatClock(interruption.until - now)}.
        </span>
      )}
    </StageMessage>
  );
}

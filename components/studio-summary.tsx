import type { EndReason } from '../lib/broadcast-state.ts';
import type { ErrorBody } from '../lib/errors.ts';
import type { BroadcastView } from '../lib/signaling.ts';
import { AudienceSeats } from './audience-seats.tsx';
import { Button } from './ui/button.tsx';
import { ButtonLink } from './ui/button-link.tsx';
import { Card } from './ui/card.tsx';
import { Notice } from './ui/notice.tsx';
import { type ErrorText, useErrorText } from './use-error-text.ts';

type StudioSummaryProps = { broadcast: BroadcastView; error: ErrorBody | null; onAgain: () => void };

const reasons: Record<EndReason, string | null> = {
  stopped: null,
  'presenter-gone': 'Your connection was gone for too long, so the server ended the broadcast.',
  'media-never-arrived': 'No sound or picture reached the server. A firewall or VPN may block them.',
  'media-failed': 'The media server failed. If it happens again, tell whoever runs the server.',
  'server-stopped': 'The server was stopped or is restarting. Try again in a minute.',
};

/** After the show: that it is over, why, and where to find it. */
export function StudioSummary({ broadcast, error, onAgain }: StudioSummaryProps) {
  const textOf = useErrorText();
  const reason = broadcast.endReason === null ? describeRefusal(error, textOf) : reasons[broadcast.endReason];
  return (
    <Card className="mx-auto max-w-xl p-6 text-center sm:p-10">
      <AudienceSeats taken={0} className="mx-auto w-44 text-accent" />
      <h1 role="status" className="mt-6 font-bold text-2xl sm:text-3xl">
        Your broadcast has ended
      </h1>
      <p className="mt-2 text-ink-soft">
        “{broadcast.title}” on {broadcast.channel} is off the air. {describeRecording(broadcast)}
      </p>
      {reason !== null && (
        <div className="mt-5 text-left">
          <Notice tone="warning" title="It ended unexpectedly">
            {reason}
          </Notice>
        </div>
      )}
      <div className="mt-7 flex flex-col gap-3 sm:flex-row sm:justify-center">
        {broadcast.recordingId !== null && (
          <ButtonLink variant="primary" size="lg" href={`/recordings/${encodeURIComponent(broadcast.recordingId)}`}>
            See the recording
          </ButtonLink>
        )}
        <Button size="lg" onClick={onAgain} variant={broadcast.recordingId === null ? 'primary' : 'secondary'}>
          Prepare another broadcast
        </Button>
      </div>
    </Card>
  );
}

/** Why a show that was away could not be resumed. */
function describeRefusal(error: ErrorBody | null, textOf: (error: ErrorBody) => ErrorText): string | null {
  if (error === null) return null;
  // The general words are for viewers, who can wait for the next one.
  if (error.code === 'not-live') return 'It ended while you were away: the server waits only for a while.';
  const { title, remedy } = textOf(error);
  return `${title}. ${remedy}`;
}

function describeRecording({ recording, recordingId }: BroadcastView): string {
  if (recording === 'failed') return 'It could not be recorded completely.';
  if (recordingId === null) return '';
  return recording === 'finished' ? 'The recording is ready.' : 'The recording is ready in a moment.';
}

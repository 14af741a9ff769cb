import type { Recording } from '../lib/recording.ts';
import { StageMessage } from './stage-message.tsx';
import { ButtonLink } from './ui/button-link.tsx';

/** Stands in place of the player while there is nothing to play. */
export function RecordingUnfinished({ recording }: { recording: Recording }) {
  return (
    <div className="on-stage relative aspect-video max-h-[70dvh] w-full overflow-hidden rounded-2xl bg-stage">
      {recording.state === 'recording' && (
        <StageMessage
          waiting
          title="This broadcast is still on air"
          actions={
            <ButtonLink variant="primary" href={`/watch/${recording.channel}`}>
              Watch it live
            </ButtonLink>
          }
        >
          The recording is here as soon as it has ended.
        </StageMessage>
      )}
      {recording.state === 'finishing' && (
        <StageMessage busy title="The recording is being finished">
          It appears here by itself in a moment.
        </StageMessage>
      )}
      {recording.state === 'failed' && (
        <StageMessage title="There is nothing to watch">This broadcast could not be recorded.</StageMessage>
      )}
    </div>
  );
}

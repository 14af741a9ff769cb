import { channelSchema } from '../lib/signaling.ts';
import { ButtonLink } from './ui/button-link.tsx';
import { EmptyState } from './ui/empty-state.tsx';
import { ViewerStage } from './viewer-stage.tsx';

/** A channel to watch; a name that cannot exist is told apart here, before anybody waits in vain. */
export function WatchChannel({ channel }: { channel: string }) {
  if (channelSchema.safeParse(channel).success) return <ViewerStage key={channel} channel={channel} />;
  return (
    <div className="px-4 pt-8 sm:px-0 sm:pt-0">
      <EmptyState
        title="This watch link is not complete"
        actions={
          <ButtonLink href="/" variant="primary">
            See what is on air
          </ButtonLink>
        }
      >
        <p>
          Channel names have 3 to 40 lower-case letters, digits and single hyphens, such as “math-101”. Please check the
          link, or ask the presenter for it.
        </p>
      </EmptyState>
    </div>
  );
}

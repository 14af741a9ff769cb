import { ButtonLink } from './ui/button-link.tsx';
import { EmptyState } from './ui/empty-state.tsx';

/** What the lobby says while nothing is on. */
export function LobbyEmpty() {
  return (
    <EmptyState title="The house is quiet" actions={<ButtonLink href="/recordings">Watch a recording</ButtonLink>}>
      <p>
        Nobody is live at the moment. Choose “Go live” to start a broadcast with your camera, then send the watch link
        to your audience.
      </p>
    </EmptyState>
  );
}

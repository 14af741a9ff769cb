import type { PeerLink } from '../rtc/peer-link.ts';
import type { ChannelSubscription } from './channel-subscription.ts';
import type { LinkMoveParts } from './link-move.ts';

/** The parts of a mover. */
type MoverParts = Omit<LinkMoveParts, 'isWanted'> & {
  /** The session's link. */
  current: () => PeerLink | null;
};

/** How long a link stays open after another one has taken its place, in milliseconds. */
const changeOverMs = 1_000;

/** Moves a viewer to another media server. Few viewers are ever moved, so the code for that is loaded only then. */
export class LinkMover {
  readonly #parts: MoverParts;
  /** The link that is being replaced. */
  #moving: PeerLink | null = null;

  constructor(parts: MoverParts) {
    this.#parts = parts;
  }

  /** The server asks for another link. Does nothing while one is being made, or while there is none to replace. */
  begin(subscription: ChannelSubscription): void {
    const former = this.#parts.current();
    if (former === null || !former.connected || former === this.#moving) return;
    this.#moving = former;
    const over = () => {
      if (this.#moving === former) this.#moving = null;
    };
    import('./link-move.ts')
      .then(({ moveLink }) => {
        const isWanted = () => this.#parts.current() === former;
        if (!isWanted()) return;
        // From now on, the messages on this socket are about the new link.
        former.detach();
        return moveLink(subscription, {
          ...this.#parts,
          isWanted,
          onConnected: (link, stream) => {
            this.#parts.onConnected(link, stream);
            // The player has a moment to change over, as its stream must not end before that.
            setTimeout(() => former.close(), changeOverMs);
          },
        });
      })
      .then(over, over);
  }
}

import type { PeerLink } from '../rtc/peer-link.ts';
import type { Retry } from '../signaling/retry.ts';
import type { ChannelSubscription } from './channel-subscription.ts';
import type { LinkMoveParts, LinkWay } from './link-move.ts';
import type { ExpectedMedia } from './stall-monitor.ts';

/** The parts of a mover. */
type MoverParts = Omit<LinkMoveParts, 'isWanted'> & {
  /** The session's link. */
  current: () => PeerLink | null;
  retry: Retry;
};

/** How long a link stays open after another one has taken its place, in milliseconds. */
const changeOverMs = 1_000;
/** A server that stops has closed its sockets after this time, in milliseconds; attempts are spread over as much again. */
const leavingMs = 150;

/**
 * Gives a viewer another link while the present one goes on: on another media server, or from the next owner of the channel
 * when a web server stops gracefully. Few viewers are ever moved, so the code for that is loaded only then.
 */
export class LinkMover {
  readonly #parts: MoverParts;
  /** What is being done; another one takes its place when a new socket asks for it. */
  #move: { readonly former: PeerLink } | null = null;
  /** The link that goes on without the web server that made it, and what arrived over it then. */
  #outliving: { readonly link: PeerLink; readonly media: ExpectedMedia } | null = null;

  constructor(parts: MoverParts) {
    this.#parts = parts;
  }

  /** Whether the session's link goes on although no web server knows it any more. */
  get outlives(): boolean {
    const link = this.#parts.current();
    return link !== null && this.#outliving?.link === link && link.connected;
  }

  /** The server asks for another link. Does nothing while one is being made, or while there is none to replace. */
  begin(subscription: ChannelSubscription): void {
    const former = this.#parts.current();
    if (former === null || !former.connected || former === this.#move?.former) return;
    const { signaling } = subscription;
    const open: LinkWay['open'] = (link) => subscription.move(link);
    void this.#run(former, { signaling, open, settle: (on) => subscription.settle(on) });
  }

  /**
   * The web server that has the session's link stops gracefully: the link goes on while the next owner opens another.
   * @returns false if there is no link that can go on
   */
  ownerLeaves(subscription: ChannelSubscription): boolean {
    const { current, expected, retry } = this.#parts;
    const link = current();
    if (link === null || !link.connected) return false;
    this.#outliving = { link, media: expected() };
    // If the socket is to the server that stops, it breaks now, and the next one goes on from here.
    retry.schedule(leavingMs * (1 + Math.random()), () => this.joinNext(subscription));
    return true;
  }

  /** Joins at the next owner, and changes over when its link carries what the present one does. Tries until then. */
  joinNext(subscription: ChannelSubscription): void {
    const outliving = this.#outliving;
    const { signaling } = subscription;
    if (outliving === null || !this.outlives || !signaling.connected) return;
    this.#parts.retry.cancel();
    const open: LinkWay['open'] = (link, isWanted) => subscription.join(link, isWanted);
    const settle: LinkWay['settle'] = (on) => on === 'former' && subscription.leave();
    void this.#run(outliving.link, { signaling, open, settle }, () => outliving.media).then((isLast) => {
      if (isLast && this.outlives) this.again(subscription);
    });
  }

  /** The next owner has closed the link that was to take the place of the present one: makes another one soon. */
  again(subscription: ChannelSubscription): void {
    this.#move = null;
    this.#parts.retry.later(() => this.joinNext(subscription));
  }

  /** @returns whether this was still what is to be done when it was over */
  async #run(former: PeerLink, way: LinkWay, expected = this.#parts.expected): Promise<boolean> {
    const move = { former };
    this.#move = move;
    const isCurrent = () => this.#move === move;
    const isWanted = () => isCurrent() && this.#parts.current() === former;
    try {
      const { moveLink } = await import('./link-move.ts');
      // From now on, the messages on this socket are about the new link.
      if (isWanted()) former.detach();
      if (isWanted()) await moveLink(way, { ...this.#parts, expected, isWanted, onConnected: this.#changed(former) });
    } catch {
      // The code could not be loaded. The present link goes on, and the server asks again.
    }
    const isLast = isCurrent();
    if (isLast) this.#move = null;
    return isLast;
  }

  #changed(former: PeerLink): LinkMoveParts['onConnected'] {
    return (link, stream) => {
      this.#parts.onConnected(link, stream);
      // The player has a moment to change over, as its stream must not end before that.
      setTimeout(() => former.close(), changeOverMs);
    };
  }
}

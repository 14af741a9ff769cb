import type { PeerLink } from '../rtc/peer-link.ts';
import type { ViewerLink } from '../rtc/viewer-link.ts';

/** A link that lasted this long was good: the next attempt need not wait. */
const goodLinkMs = 10_000;

/** The link of a viewer session, and the one that is prepared for its next connection. */
export class SessionLinks {
  /** The link for the first connection of the socket; its offer is made while the socket connects. */
  #ahead: ViewerLink | null = null;
  #current: PeerLink | null = null;
  #connectedAt = Number.POSITIVE_INFINITY;
  /** The broadcast that the current link is for; also `null` while it is for any broadcast that is on. */
  broadcastId: string | null = null;

  get current(): PeerLink | null {
    return this.#current;
  }

  /** Whether there is a link that is not yet bound to a broadcast. */
  get isUnbound(): boolean {
    return this.#current !== null && this.broadcastId === null;
  }

  /** Whether the current link was connected for a while. */
  get wasGood(): boolean {
    return performance.now() - this.#connectedAt > goodLinkMs;
  }

  /** Makes the offer of a link ahead of its use. */
  prepare(made: ViewerLink): void {
    this.#ahead = made;
    made.link.prepare();
  }

  /** Replaces the current link by the prepared one, or by one that `make` returns. */
  use(make: () => ViewerLink, broadcastId: string | null): PeerLink {
    this.drop();
    const { link } = this.#ahead ?? make();
    this.#ahead = null;
    this.#current = link;
    this.broadcastId = broadcastId;
    return link;
  }

  /** The current link is connected now. */
  noteConnected(): void {
    this.#connectedAt = performance.now();
  }

  /** Closes the current link, if there is one. */
  drop(): void {
    this.#current?.close();
    this.#current = null;
    this.broadcastId = null;
    this.#connectedAt = Number.POSITIVE_INFINITY;
  }

  /** Closes the prepared link, if there is one. */
  dropAhead(): void {
    this.#ahead?.link.close();
    this.#ahead = null;
  }
}

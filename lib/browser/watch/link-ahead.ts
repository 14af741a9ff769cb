import type { PeerLink } from '../rtc/peer-link.ts';

/** A link whose offer is made before there is a socket over which to send it. */
export class LinkAhead {
  #link: PeerLink | null = null;

  /** Makes the offer of `link`, in the place of an earlier one. */
  prepare(link: PeerLink): void {
    this.close();
    this.#link = link;
    link.prepare();
  }

  /** Returns the link, which is the caller's from now on; `null` if there is none. */
  take(): PeerLink | null {
    const link = this.#link;
    this.#link = null;
    return link;
  }

  /** Closes the link if nobody has taken it. May be called repeatedly. */
  close(): void {
    this.take()?.close();
  }
}

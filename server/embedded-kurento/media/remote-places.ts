/** A link that another one has taken the peer's address from. */
export interface Displaceable {
  /** Its peer is gone for certain: somebody else is there. */
  displaced(): void;
}

/**
 * Where the peers of all links are. Links that share a port are told apart by the address of their peers, so while
 * the link of a peer that left without a word still stands, a newcomer from the same address would not be heard.
 */
export class RemotePlaces {
  readonly #links = new Map<string, Displaceable>();

  /** The peer of `link` is at `remote`. */
  occupy(port: number, remote: string, link: Displaceable): void {
    this.#links.set(placeOf(port, remote), link);
  }

  /** A peer announces itself at `remote`: whoever was there before has gone. */
  announce(port: number, remote: string, newcomer: Displaceable): void {
    const place = placeOf(port, remote);
    const present = this.#links.get(place);
    if (present === undefined || present === newcomer) return;
    this.#links.delete(place);
    present.displaced();
  }

  /** The link has ended. */
  leave(link: Displaceable): void {
    for (const [place, present] of this.#links) if (present === link) this.#links.delete(place);
  }
}

/** Foundation, component and priority differ for one and the same place: RFC 8839 §5.1 puts the address fifth. */
function placeOf(port: number, candidate: string): string {
  const [address, remotePort] = candidate.trim().split(/\s+/).slice(4, 6);
  return `${port} ${address} ${remotePort}`;
}

/** A link that another one can take the peer's address from. */
export interface Evictable {
  /** Its peer is gone for certain: somebody else is there. */
  evicted(): void;
}

/** An address and a port. */
export type PeerAddress = { address: string; port: number };

/**
 * Where the peers of all links are. Links that share a port are told apart by the address of their peers, so while
 * the link of a peer that left without a word still stands, a newcomer from the same address is not heard.
 */
export class PeerAddressTable {
  readonly #links = new Map<string, Evictable>();

  /** The peer of `link` is at `remote`, which ICE has proved. */
  register(port: number, remote: PeerAddress, link: Evictable): void {
    this.#links.set(keyOf(port, remote), link);
  }

  /** Whether the peer of another link is at `remote`. */
  isTaken(port: number, remote: PeerAddress, newcomer: Evictable): boolean {
    const present = this.#links.get(keyOf(port, remote));
    return present !== undefined && present !== newcomer;
  }

  /** The newcomer's peer has proved to be at `remote`: whoever was there before has gone. */
  evict(port: number, remote: PeerAddress, newcomer: Evictable): void {
    const key = keyOf(port, remote);
    const present = this.#links.get(key);
    if (present === undefined || present === newcomer) return;
    this.#links.delete(key);
    present.evicted();
  }

  /** The link has ended. */
  remove(link: Evictable): void {
    for (const [key, present] of this.#links) if (present === link) this.#links.delete(key);
  }
}

/** Foundation, component and priority differ for one and the same place: RFC 8839 §5.1 puts the address fifth. */
export function peerAddressOf(candidate: string): PeerAddress {
  const [address = '', port] = candidate.trim().split(/\s+/).slice(4, 6);
  return { address, port: Number(port) };
}

function keyOf(port: number, remote: PeerAddress): string {
  return `${port} ${remote.address} ${remote.port}`;
}

/** A link that can lose its peer's address to another link. */
export interface Evictable {
  /** Its peer has certainly gone: another peer is at its address. */
  evicted(): void;
}

/** An address and a port. */
export type PeerAddress = { address: string; port: number };

/**
 * The addresses of all links' peers. Links that share a port are distinguished by their peers' addresses. So while the
 * link of a peer that left without notice still exists, packets of a new peer from the same address do not reach its
 * link.
 */
export class PeerAddressTable {
  readonly #links = new Map<string, Evictable>();

  /** The peer of `link` is at `remote`, as ICE has proved. */
  register(port: number, remote: PeerAddress, link: Evictable): void {
    this.#links.set(keyOf(port, remote), link);
  }

  /** Whether the peer of another link is at `remote`. */
  isTaken(port: number, remote: PeerAddress, newcomer: Evictable): boolean {
    const present = this.#links.get(keyOf(port, remote));
    return present !== undefined && present !== newcomer;
  }

  /** The newcomer's peer has proved to be at `remote`: the peer that was there before has gone. */
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

/** Foundation, component and priority may differ for the same address, which is the fifth field: RFC 8839 §5.1. */
export function peerAddressOf(candidate: string): PeerAddress {
  const [address = '', port] = candidate.trim().split(/\s+/).slice(4, 6);
  return { address, port: Number(port) };
}

function keyOf(port: number, remote: PeerAddress): string {
  return `${port} ${remote.address} ${remote.port}`;
}

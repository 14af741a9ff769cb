import { readRemoteCandidate, writeLocalCandidate } from './ice-candidate.ts';
import type { LinkNetwork, PeerLink } from './media-types.ts';

/** More of a peer's candidates is nonsense or an attack. */
const MOST_CANDIDATES = 100;

/** A candidate as a peer trickles it. */
export type TrickledCandidate = Parameters<PeerLink['addCandidate']>[0];

/** Whether a candidate is for one of the m-lines of a description; one that names none is for all. */
export function namesMedia(
  medias: readonly { readonly mid: string }[],
  { sdpMid, sdpMLineIndex }: TrickledCandidate,
): boolean {
  if (sdpMid !== null && sdpMid !== '') return medias.some((media) => media.mid === sdpMid);
  return sdpMLineIndex === null || (sdpMLineIndex >= 0 && sdpMLineIndex < medias.length);
}

/** Keeps candidates that come too early, and lets each one through only once, whatever m-line brings it. */
export class CandidateExchange {
  readonly #announcedAddress: string | undefined;
  /** By address and port. */
  readonly #local = new Map<string, string>();
  readonly #remote = new Set<string>();
  #early: TrickledCandidate[] = [];
  #network: Pick<LinkNetwork, 'announced' | 'localAddresses'> = {
    announced: { 4: null, 6: null },
    localAddresses: null,
  };

  /** @param announcedAddress what peers are told in place of the host's own address */
  constructor(announcedAddress: string | undefined) {
    this.#announcedAddress = announcedAddress;
  }

  /** Says which of our own addresses may be told, and as what. */
  restrict(network: Pick<LinkNetwork, 'announced' | 'localAddresses'>): void {
    this.#network = network;
  }

  /** Our own candidates so far. */
  get local(): Iterable<string> {
    return this.#local.values();
  }

  /** Keeps a candidate that came before the offer, unless it is of no use and would only take a better one's place. */
  keepEarly({ candidate: text, sdpMid, sdpMLineIndex }: TrickledCandidate): void {
    const candidate = readRemoteCandidate(text);
    if (candidate === null || this.#early.length >= MOST_CANDIDATES) return;
    this.#early.push({ candidate, sdpMid, sdpMLineIndex });
  }

  /** Gives back what was kept, and keeps it no longer. */
  takeEarly(): TrickledCandidate[] {
    const early = this.#early;
    this.#early = [];
    return early;
  }

  /** The candidate as it may be given to native code; null when it is of no use or known already. */
  acceptRemote(text: string): string | null {
    const candidate = readRemoteCandidate(text);
    if (candidate === null || this.#remote.has(candidate) || this.#remote.size >= MOST_CANDIDATES) return null;
    this.#remote.add(candidate);
    return candidate;
  }

  /** The candidate as it may be told to the peer; null when it has been told already. */
  acceptLocal(text: string): string | null {
    const { announced, localAddresses } = this.#network;
    const own = { 4: announced[4] ?? this.#announcedAddress, 6: announced[6] ?? this.#announcedAddress };
    const candidate = writeLocalCandidate(text, own, localAddresses);
    if (candidate === null) return null;
    // Behind an announced address, the candidates of all interfaces are one and the same.
    const place = candidate.split(' ').slice(4, 6).join(' ');
    if (this.#local.has(place)) return null;
    this.#local.set(place, candidate);
    return candidate;
  }
}

import { isIPv6 } from 'node:net';
import { readRemoteCandidate, writeAnnouncedCandidate, writeLocalCandidate } from './ice-candidate.ts';
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
  readonly #announcedAddresses: readonly string[];
  /** By type, address and port. */
  readonly #local = new Map<string, string>();
  readonly #remote = new Set<string>();
  #early: TrickledCandidate[] = [];
  #network: Pick<LinkNetwork, 'announced' | 'localAddresses'> = {
    announced: { 4: null, 6: null },
    localAddresses: null,
  };

  /** @param announcedAddresses what peers are told beside the host's own addresses, unless the link has others */
  constructor(announcedAddresses: readonly string[] = []) {
    this.#announcedAddresses = announcedAddresses;
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

  /** The candidates to be told to the peer for one that was gathered; none for what has been told already. */
  acceptLocal(text: string): string[] {
    const { announced, localAddresses } = this.#network;
    const candidate = writeLocalCandidate(text, announced, localAddresses);
    if (candidate === null) return [];
    const family = isIPv6(candidate.split(' ')[4] ?? '') ? 6 : 4;
    // An address of the link's own is in place of all others, as Kurento has it.
    const beside = announced[family] === null ? this.#announcedAddresses : [];
    const seen = beside.map((address, index) => writeAnnouncedCandidate(candidate, address, index));
    return [candidate, ...seen].flatMap((each) => (each === null || !this.#isNew(each) ? [] : [each]));
  }

  /** Behind one and the same address of a NAT, the candidates of all interfaces are one and the same. */
  #isNew(candidate: string): boolean {
    const [, , , , address, port, , type] = candidate.split(' ');
    const key = `${type} ${address} ${port}`;
    if (this.#local.has(key)) return false;
    this.#local.set(key, candidate);
    return true;
  }
}

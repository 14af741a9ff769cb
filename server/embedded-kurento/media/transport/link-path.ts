import type { LinkNetwork, MediaEngineOptions } from '../media-types.ts';
import type { Fingerprint } from '../sdp/sdp-offer.ts';
import type { Certificate } from './certificate.ts';
import type { DataChannelListener, DataPort } from './data-channels.ts';
import { CandidateBuffer } from './ice-candidates.ts';
import { type Evictable, type PeerAddressTable, peerAddressOf } from './peer-address-table.ts';
import { type LocalAddress, PeerTransport, type PeerTransportListener } from './peer-transport.ts';
import { type PortLease, type PortPool, withFreePort } from './port-pool.ts';
import { AddressClaim, type CheckCredentials } from './stun-check.ts';

/** A peer has a few addresses; more that are other peers' are nonsense or an attack. */
const maxClaims = 8;

/** What all paths of an engine share. */
export type LinkPathContext = {
  options: MediaEngineOptions;
  certificate: Certificate;
  ports: PortPool;
  peerAddresses: PeerAddressTable;
};

/** What a path must be able to. */
export type LinkPathOptions = {
  network: LinkNetwork | null;
  /**
   * Whether the path may share its port. Links on one port are told apart by their peers' addresses, so it may not
   * when the peer may be another link on that very port.
   */
  sharesPort: boolean;
  /** Who wants data channels, if anybody. */
  data: DataChannelListener | null;
  /** Of the certificates that the peer may show. */
  fingerprints: readonly Fingerprint[];
};

/** The way from a link to its peer: a place on a UDP port, and the native connection there. */
export class LinkPath {
  readonly #context: LinkPathContext;
  readonly #owner: PeerTransportListener & Evictable;
  #lease: PortLease | null = null;
  #transport: PeerTransport | null = null;
  /** Null before the negotiation, and once ICE has found the peer, which claims no other address then. */
  #credentials: CheckCredentials | null = null;
  /** Addresses of other links' peers that our peer says are its own now. */
  readonly #claims: AddressClaim[] = [];
  readonly #hold = new CandidateBuffer((candidate) => this.#transport?.addRemoteCandidate(candidate));
  #closed = false;

  constructor(context: LinkPathContext, owner: PeerTransportListener & Evictable) {
    this.#context = context;
    this.#owner = owner;
  }

  /** True from the moment in which candidates may be exchanged. */
  get isOpen(): boolean {
    return this.#transport !== null;
  }

  get data(): DataPort | null {
    return this.#transport?.data ?? null;
  }

  /**
   * Finds a place, makes the connection there, and calls `start` with it in the same moment.
   * @throws Error with the reason of the system when there is no place, or when the path was closed meanwhile
   */
  async open<Result>(path: LinkPathOptions, start: (transport: PeerTransport) => Result): Promise<Result> {
    const { options, ports } = this.#context;
    // All clients of a relay have its address in common, so a link with one has a port of its own, too.
    if (!path.sharesPort || (path.network?.turnServer ?? null) !== null) {
      return await withFreePort(options, (port) => start(this.#makeTransport(path, { port, isShared: false })));
    }
    const lease = await ports.lease();
    this.#lease = lease;
    try {
      return start(this.#makeTransport(path, { port: lease.port, isShared: true }));
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Says by what the peer can prove to be where it says; before its candidates are taken. */
  identify(credentials: CheckCredentials): void {
    this.#credentials = credentials;
  }

  /** ICE has found the peer: remembers where it is; gives back the pair that carries the media, null before there is one. */
  settle(): { localCandidate: string; remoteCandidate: string } | null {
    const pair = this.#transport?.selectedPair() ?? null;
    if (pair !== null && this.#lease !== null) {
      this.#context.peerAddresses.register(this.#lease.port, peerAddressOf(pair.remoteCandidate), this.#owner);
    }
    if (pair !== null) {
      this.#dropClaims();
      this.#credentials = null;
    }
    return pair;
  }

  /** Takes a candidate of the peer; another link whose peer was there is given up once ours proves to be there. */
  addRemoteCandidate(candidate: string): void {
    if (this.#lease !== null) this.#claim(this.#lease.port, candidate, this.#credentials);
    this.#hold.take(candidate);
  }

  /** Lets the peer check first: its candidates that come from now on are used somewhat later. */
  letPeerCheckFirst(): void {
    this.#hold.begin();
  }

  /** Sends an RTP or RTCP packet; false when it could not be sent. */
  send(packet: Buffer): boolean {
    return this.#transport?.send(packet) ?? false;
  }

  /** Ends the connection, and with it the claim to the peer's address; may be called twice. */
  end(): void {
    this.#hold.close();
    this.#dropClaims();
    this.#transport?.close();
    this.#context.peerAddresses.remove(this.#owner);
  }

  close(): void {
    this.#closed = true;
    this.end();
    this.#transport = null;
    this.#lease?.release();
  }

  /** A candidate by itself proves nothing: anybody can name the address of anybody. */
  #claim(port: number, candidate: string, credentials: CheckCredentials | null): void {
    const { options, peerAddresses } = this.#context;
    const remote = peerAddressOf(candidate);
    if (credentials === null || this.#claims.length >= maxClaims) return;
    if (!peerAddresses.isTaken(port, remote, this.#owner)) return;
    options.log('debug', 'A peer names the address of another one, and is asked to answer from there', remote);
    const proved = () => peerAddresses.evict(port, remote, this.#owner);
    this.#claims.push(new AddressClaim(remote, credentials, options.bindIp, proved));
  }

  #dropClaims(): void {
    for (const claim of this.#claims.splice(0)) claim.close();
  }

  #makeTransport({ network, data, fingerprints }: LinkPathOptions, localAddress: LocalAddress): PeerTransport {
    if (this.#closed) throw new Error('The link is closed');
    const { options, certificate } = this.#context;
    const servers = network ?? { stunServer: null, turnServer: null };
    const peer = { servers, fingerprints, data };
    const transport = new PeerTransport({ options, certificate, localAddress, peer, listener: this.#owner });
    this.#transport = transport;
    return transport;
  }
}

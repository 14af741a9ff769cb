import { isIPv6 } from 'node:net';
import type { LinkNetwork, MediaEngineOptions } from '../media-types.ts';
import type { Fingerprint } from '../sdp/sdp-offer.ts';
import type { Certificate } from './certificate.ts';
import type { DataChannelListener, DataPort } from './data-channels.ts';
import { CandidateBuffer } from './ice-candidates.ts';
import { type LocalAddress, PeerTransport, type PeerTransportListener } from './peer-transport.ts';
import { type PortLease, type PortPool, withFreePort } from './port-pool.ts';
import { isRelayedByStream, RelayGate } from './relay-gate.ts';
import { AddressClaim, type CheckCredentials } from './stun-check.ts';

/** A link that can lose its peer's address to another link. */
export interface Evictable {
  /** Its peer has certainly gone: another peer is at its address. */
  evicted(): void;
}

/** An address and a port. */
type PeerAddress = { address: string; port: number };

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

/** The context that all paths of an engine share. */
export type LinkPathContext = {
  options: MediaEngineOptions;
  certificate: Certificate;
  ports: PortPool;
  peerAddresses: PeerAddressTable;
};

/** The requirements for a path. */
export type LinkPathOptions = {
  network: LinkNetwork | null;
  /**
   * Whether the path may share its port. Links on one port are distinguished by their peers' addresses, so it must not
   * share when the peer may be another link on that same port.
   */
  sharesPort: boolean;
  /** Receives the data channels; null when they are not wanted. */
  data: DataChannelListener | null;
  /** Of the certificates that the peer may present. */
  fingerprints: readonly Fingerprint[];
  /** The peer's transport parameters, as an offer to the connection. */
  offer: string;
  /** Our own ICE credentials if the peer already has them; null for new ones. */
  ownCredentials: { iceUfrag: string; icePwd: string } | null;
};

/** A peer has few addresses; more than this that belong to other peers are invalid or an attack. */
const maxClaims = 8;
/** A browser has one for each relay that it reaches over TCP or TLS. */
const maxGates = 4;

/** The path from a link to its peer: a lease of a UDP port, and the native connection on it. */
export class LinkPath {
  readonly #context: LinkPathContext;
  readonly #owner: PeerTransportListener & Evictable;
  #lease: PortLease | null = null;
  #transport: PeerTransport | null = null;
  /** Null before the negotiation, and after ICE has found the peer, which then claims no other address. */
  #credentials: CheckCredentials | null = null;
  /** Addresses of other links' peers that our peer now names as its own. */
  readonly #claims: AddressClaim[] = [];
  /** The gates for the peer's relays; those that are not used are closed when ICE has found the peer. */
  #gates: RelayGate[] = [];
  /** The gates that were requested in all. */
  #gateCount = 0;
  /** Our own port and password, for the gates. */
  #localPort = 0;
  #localPwd = '';
  readonly #hold = new CandidateBuffer((candidate) => this.#transport?.addRemoteCandidate(candidate));
  #ended = false;
  #closed = false;

  constructor(context: LinkPathContext, owner: PeerTransportListener & Evictable) {
    this.#context = context;
    this.#owner = owner;
  }

  /** True from the moment when candidates may be exchanged. */
  get isOpen(): boolean {
    return this.#transport !== null;
  }

  get data(): DataPort | null {
    return this.#transport?.data ?? null;
  }

  /**
   * Gets a port, starts the connection on it, and calls `started` with its description of our side synchronously.
   * @throws Error with the system's reason when there is no port, or when the path was closed meanwhile
   */
  async open<Result>(path: LinkPathOptions, started: (sdp: string) => Result): Promise<Result> {
    const { options, ports } = this.#context;
    // All clients of a relay share its address, so a link with a relay also gets its own port.
    if (!path.sharesPort || (path.network?.turnServer ?? null) !== null) {
      return await withFreePort(options, (port) => started(this.#start(path, { port, isShared: false })));
    }
    const lease = await ports.lease();
    this.#lease = lease;
    try {
      return started(this.#start(path, { port: lease.port, isShared: true }));
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /**
   * Sets the credentials with which the peer can prove its addresses, and our own password; must precede its candidates.
   */
  identify(credentials: CheckCredentials, localPwd: string): void {
    this.#credentials = credentials;
    this.#localPwd = localPwd;
  }

  /** ICE has found the peer: registers its address, and returns the pair that carries the media; null if none yet. */
  settle(): { localCandidate: string; remoteCandidate: string } | null {
    const pair = this.#transport?.selectedPair() ?? null;
    if (pair !== null && this.#lease !== null) {
      this.#context.peerAddresses.register(this.#lease.port, peerAddressOf(pair.remoteCandidate), this.#owner);
    }
    if (pair !== null) {
      this.#dropClaims();
      this.#credentials = null;
      this.#closeGates((gate) => !gate.isPeerOf(pair.remoteCandidate));
    }
    return pair;
  }

  /** Takes a candidate of the peer. A link whose peer had that address is evicted once our peer proves to be there. */
  addRemoteCandidate(candidate: string): void {
    if (isRelayedByStream(candidate)) {
      void this.#openGate(peerAddressOf(candidate));
      return;
    }
    if (this.#lease !== null) this.#claim(this.#lease.port, candidate, this.#credentials);
    this.#hold.take(candidate);
  }

  /** Lets the peer check first: its candidates from now on are used somewhat later. */
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
    this.#ended = true;
    this.#closeGates(() => true);
    this.#transport?.close();
    this.#context.peerAddresses.remove(this.#owner);
  }

  close(): void {
    this.#closed = true;
    this.end();
    this.#transport = null;
    this.#lease?.release();
  }

  /** A candidate alone proves nothing: anyone can name the address of anyone else. */
  #claim(port: number, candidate: string, credentials: CheckCredentials | null): void {
    const { options, peerAddresses } = this.#context;
    const remote = peerAddressOf(candidate);
    if (credentials === null || this.#claims.length >= maxClaims) return;
    if (!peerAddresses.isTaken(port, remote, this.#owner)) return;
    options.log('debug', 'A peer names the address of another one and must answer from there', remote);
    const proved = () => peerAddresses.evict(port, remote, this.#owner);
    this.#claims.push(new AddressClaim(remote, credentials, options.bindIp, proved));
  }

  /** Makes a way for the peer's relay at this address, and tells the peer. */
  async #openGate(peer: { address: string; port: number }): Promise<void> {
    const { options } = this.#context;
    const { bindIp } = options;
    const isOtherFamily = bindIp !== undefined && bindIp !== '::' && isIPv6(bindIp) !== isIPv6(peer.address);
    if (this.#ended || isOtherFamily || this.#gateCount >= maxGates) return;
    this.#gateCount += 1;
    try {
      const gate = await RelayGate.open({ ...options, port: this.#localPort, peer, localPwd: this.#localPwd });
      this.#gates.push(gate);
      if (this.#ended) {
        this.#closeGates(() => true);
        return;
      }
      for (const candidate of gate.candidates) this.#owner.candidateGathered(candidate);
      this.#hold.take(gate.peerCandidate);
    } catch (error) {
      options.log('warn', 'A relay has no way to its link, as no UDP port is left', { error: String(error) });
    }
  }

  #closeGates(isUseless: (gate: RelayGate) => boolean): void {
    for (const gate of this.#gates.filter(isUseless)) gate.close();
    this.#gates = this.#gates.filter((gate) => !isUseless(gate));
  }

  #dropClaims(): void {
    for (const claim of this.#claims.splice(0)) claim.close();
  }

  /** Returns the connection's description of our side. */
  #start(path: LinkPathOptions, localAddress: LocalAddress): string {
    const { network, data, fingerprints, offer, ownCredentials } = path;
    if (this.#closed) throw new Error('The link is closed');
    const { options, certificate } = this.#context;
    this.#localPort = localAddress.port;
    const servers = network ?? { stunServer: null, turnServer: null };
    const peer = { servers, fingerprints, data };
    const transport = new PeerTransport({ options, certificate, localAddress, peer, listener: this.#owner });
    this.#transport = transport;
    return transport.answer(offer, ownCredentials ?? undefined);
  }
}

/** Foundation, component and priority may differ for the same address, which is the fifth field: RFC 8839 §5.1. */
function peerAddressOf(candidate: string): PeerAddress {
  const [address = '', port] = candidate.trim().split(/\s+/).slice(4, 6);
  return { address, port: Number(port) };
}

function keyOf(port: number, remote: PeerAddress): string {
  return `${port} ${remote.address} ${remote.port}`;
}

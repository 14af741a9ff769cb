import { type IceServer, PeerConnection, type RtcConfig, type Track, Video } from 'node-datachannel';
import { FaultReporter } from '../fault-reporter.ts';
import type { LinkNetwork, MediaEngineOptions } from '../media-types.ts';
import type { Fingerprint } from '../sdp/sdp-offer.ts';
import type { Certificate } from './certificate.ts';
import { type DataChannelListener, DataChannels } from './data-channels.ts';
import type { HeldPort } from './port-pool.ts';

/** Receives the events of a transport. None follow `close()`. States are spelled as in the W3C API. */
export interface PeerTransportListener {
  candidateGathered(candidate: string): void;
  gatheringComplete(): void;
  iceStateChanged(state: string): void;
  connectionStateChanged(state: string): void;
  /** Packets may be sent from now on. */
  opened(): void;
  /** An RTP or RTCP packet arrived; the bytes belong to the listener. */
  received(packet: Buffer): void;
}

/** The port of a transport's socket: a free one of its own, or one that it shares with others. */
export type LocalAddress = { port: number; isShared: boolean };

/** The information that a transport needs about its peer. */
type TransportPeer = {
  servers: Pick<LinkNetwork, 'stunServer' | 'turnServer'>;
  /** Of the certificates that the peer may present, all with the same hash function. */
  fingerprints: readonly Fingerprint[];
  /** Receives the data channels; null when they are not wanted. */
  data: DataChannelListener | null;
};

/** Binds a UDP port that transports share; it must have been free a moment ago. */
export function holdSharedPort(options: MediaEngineOptions, certificate: Certificate, port: number): HeldPort {
  // The socket lives as long as any connection uses it: one that never connects to anything keeps it open.
  const holder = new PeerConnection('port', configurationOf(options, certificate, { port, isShared: true }, noServers));
  const track = holder.addTrack(anyVideo());
  holder.setLocalDescription('offer');
  return {
    close: () => {
      track.close();
      holder.close();
    },
  };
}

/** The servers of a link that needs no help through a NAT. */
const noServers: Pick<LinkNetwork, 'stunServer' | 'turnServer'> = { stunServer: null, turnServer: null };

/** One track is enough for all media, as we sort the packets ourselves. */
function anyVideo(): Video {
  const media = new Video('0', 'SendRecv');
  media.addVP8Codec(96);
  return media;
}

/** The parts of a transport. */
type PeerTransportParts = {
  options: MediaEngineOptions;
  certificate: Certificate;
  /** A free UDP port, or one that is held for sharing. */
  localAddress: LocalAddress;
  peer: TransportPeer;
  listener: PeerTransportListener;
};

/**
 * ICE, DTLS and SRTP of one link: the only place that knows node-datachannel. A track without a media handler passes
 * RTP and RTCP through unchanged in both directions, so we handle both ourselves.
 */
export class PeerTransport {
  readonly #listener: PeerTransportListener;
  readonly #log: MediaEngineOptions['log'];
  // Both are referenced for the whole life of the link: once garbage-collected, they would stop silently.
  readonly #connection: PeerConnection;
  readonly #track: Track;
  /** Null when data channels are not wanted. */
  readonly data: DataChannels | null;
  readonly #faults: FaultReporter;
  readonly #fingerprints: readonly Fingerprint[];
  /** Whether the peer has presented an announced certificate. If only one is announced, the library checks it. */
  #trust: 'by library' | 'unknown' | 'trusted' | 'refused';
  #open = false;
  #closed = false;

  constructor({ options, certificate, localAddress, peer, listener }: PeerTransportParts) {
    const { servers, fingerprints, data } = peer;
    this.#fingerprints = fingerprints;
    this.#trust = fingerprints.length > 1 ? 'unknown' : 'by library';
    this.#listener = listener;
    this.#log = options.log;
    this.#faults = new FaultReporter(options.log, 'A media callback failed');
    const connection = new PeerConnection('peer', {
      ...configurationOf(options, certificate, localAddress, servers),
      disableFingerprintVerification: this.#trust !== 'by library',
    });
    this.#connection = connection;
    connection.onLocalCandidate((candidate) => this.#notify(() => listener.candidateGathered(candidate)));
    connection.onGatheringStateChange((state) => {
      if (state === 'complete') this.#notify(() => listener.gatheringComplete());
    });
    connection.onIceStateChange((state) => this.#notify(() => listener.iceStateChanged(state)));
    connection.onStateChange((state) => {
      if (state === 'closed' || state === 'failed') this.#open = false;
      if (state === 'connected' && !this.#isTrusted()) return;
      this.#notify(() => listener.connectionStateChanged(state));
    });
    this.data = data === null ? null : new DataChannels(connection, this.#guarded(data), options.log);
    const track = connection.addTrack(anyVideo());
    this.#track = track;
    track.onMessage((packet) => this.#received(packet));
    track.onOpen(() => {
      if (!this.#isTrusted()) return;
      this.#open = true;
      this.#notify(() => listener.opened());
    });
    track.onClosed(() => {
      this.#open = false;
    });
  }

  /**
   * Starts to connect and to gather candidates; returns our own description.
   * @param credentials those that the peer already has, because it has answered an offer of ours; new ones when absent
   */
  answer(offer: string, credentials?: { iceUfrag: string; icePwd: string }): string {
    // Who has offered is controlling (https://www.rfc-editor.org/rfc/rfc8445#section-6.1.1). Otherwise both ends would be
    // controlled, and in resolving that, libjuice loses the first check. With data channels, the library's own offer
    // would need one.
    if (credentials !== undefined && this.data === null) {
      this.#connection.setLocalDescription('offer', credentials);
      this.#connection.setRemoteDescription(offer, 'answer');
    } else {
      this.#connection.setRemoteDescription(offer, 'offer');
      this.#connection.setLocalDescription('answer', credentials);
    }
    return this.#connection.localDescription()?.sdp ?? '';
  }

  addRemoteCandidate(candidate: string): void {
    try {
      this.#connection.addRemoteCandidate(candidate, '0');
    } catch (error) {
      this.#log('debug', 'A candidate was refused', { candidate, error: String(error) });
    }
  }

  /** The pair that carries the media; null before there is one. */
  selectedPair(): { localCandidate: string; remoteCandidate: string } | null {
    const pair = this.#connection.getSelectedCandidatePair();
    if (pair === null) return null;
    return {
      localCandidate: pair.local.candidate.replace(/^a=/, ''),
      remoteCandidate: pair.remote.candidate.replace(/^a=/, ''),
    };
  }

  /** Sends an RTP or RTCP packet; the bytes are copied. False when it could not be sent. */
  send(packet: Buffer): boolean {
    if (!this.#open) return false;
    try {
      return this.#track.sendMessageBinary(packet);
    } catch {
      // Either the native side closed a moment before its callback, or SRTP found the packet too old.
      this.#open = this.#track.isOpen();
      return false;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#open = false;
    try {
      this.data?.close();
      this.#track.close();
      this.#connection.close();
    } catch (error) {
      this.#log('debug', 'A connection did not close cleanly', { error: String(error) });
    }
  }

  /**
   * Compares the certificate that the peer has presented with those that it announced, once, if the library cannot: it
   * keeps only one fingerprint. A peer that is not trusted is reported as failed, and none of its data gets through.
   */
  #isTrusted(): boolean {
    if (this.#closed) return false;
    if (this.#trust === 'unknown') {
      const shown = this.#connection.remoteFingerprint();
      const isKnown = this.#fingerprints.some(
        ({ type, hash }) => type === shown.algorithm && hash === shown.value.toUpperCase(),
      );
      this.#trust = isKnown ? 'trusted' : 'refused';
      if (!isKnown) {
        this.#log('warn', 'A peer was refused: its certificate matches none of the fingerprints that it announced');
        this.#notify(() => this.#listener.connectionStateChanged('failed'));
        this.close();
      }
    }
    return this.#trust !== 'refused';
  }

  #received(packet: Buffer): void {
    if (!this.#isTrusted()) return;
    try {
      this.#listener.received(packet);
    } catch (error) {
      this.#faults.report(error);
    }
  }

  #guarded(data: DataChannelListener): DataChannelListener {
    const tell = (action: () => void): void => {
      if (this.#isTrusted()) this.#notify(action);
    };
    return {
      dataChannelOpened: (id) => tell(() => data.dataChannelOpened(id)),
      dataChannelClosed: (id) => tell(() => data.dataChannelClosed(id)),
      dataReceived: (message) => tell(() => data.dataReceived(message)),
    };
  }

  /** An error that escapes from a callback of the library would end the process. */
  #notify(action: () => void): void {
    if (this.#closed) return;
    try {
      action();
    } catch (error) {
      this.#faults.report(error);
    }
  }
}

function configurationOf(
  options: MediaEngineOptions,
  certificate: Certificate,
  { port, isShared }: LocalAddress,
  { stunServer, turnServer }: Pick<LinkNetwork, 'stunServer' | 'turnServer'>,
): RtcConfig {
  const iceServers: IceServer[] = [];
  if (stunServer !== null) iceServers.push({ hostname: stunServer.address, port: stunServer.port });
  if (turnServer !== null) {
    const { address, port: turnPort, username, password } = turnServer;
    iceServers.push({ hostname: address, port: turnPort, username, password, relayType: 'TurnUdp' });
  }
  return {
    iceServers,
    disableAutoNegotiation: true,
    forceMediaTransport: true,
    certificatePemFile: certificate.certificatePem,
    keyPemFile: certificate.keyPem,
    portRangeBegin: port,
    portRangeEnd: port,
    enableIceUdpMux: isShared,
    ...(options.bindIp === undefined ? {} : { bindAddress: options.bindIp }),
  };
}

import type { ErrorBody } from '../../lib/errors.ts';
import type { Candidate } from '../../lib/signaling.ts';
import type { LowerTier } from '../../lib/tiers.ts';
import type { MediaKind } from '../media/reference-stream.ts';
import { type OfferedMedia, type OfferedVideoCodec, OfferingPeer } from './offering-peer.ts';
import { SignalingSocket } from './signaling-socket.ts';

/** The server to which a load client connects, and the options of the connection. */
export type LoadTarget = {
  /** The address of the Rostrum server, `http://host:port`. */
  url: string;
  /** The local address of the UDP sockets. By default 127.0.0.1 with the embedded media server, otherwise any. */
  bindAddress?: string;
  /** How long the socket and each reply may take, in milliseconds; 10 s if not given. */
  timeoutMs?: number;
  /**
   * Send our candidates with the request, as a browser does, rather than some time after its answer. Then a media
   * server that does not let us check first may begin the DTLS handshake before our own ICE check has succeeded. A
   * browser keeps that first message, while libdatachannel may lose it and wait a second for its repetition. Default
   * `false`, so that the library's weakness does not count as another server's delay. The connection does not wait for
   * our candidates: the server learns our address from our checks, as it does with browsers that hide theirs.
   */
  trickleEarly?: boolean;
  /** A socket to use instead of a new one; it stays open when the link closes. */
  socket?: SignalingSocket;
};

/** The lines that a link offers; with a `tier`, it is a presenter's link for that tier, beside the main one. */
type LinkMedia = {
  name: string;
  audio: OfferedMedia | null;
  video: OfferedMedia;
  videoCodecs: readonly OfferedVideoCodec[];
  tier?: LowerTier;
};

/** Whether the environment names another media server, by its address or its command. */
const hasOtherMediaServer = Boolean(process.env.KURENTO_URL || process.env.KURENTO_COMMAND);
/** A Kurento offers no address of the loopback interface, and a loopback socket can reach no other address. */
const usualAddress = hasOtherMediaServer ? '0.0.0.0' : '127.0.0.1';

/** How long after the answer our candidates are sent, in milliseconds: longer than the first checks take. */
const lateTrickleMs = 200;

/** The common part of presenters and viewers: a socket, a connection, and candidates in both directions. */
export class LoadLink {
  readonly signaling: SignalingSocket;
  readonly peer: OfferingPeer;
  readonly #trickleEarly: boolean;
  readonly #pending: Candidate[] = [];
  readonly #isSocketLent: boolean;
  readonly #tier: LowerTier | undefined;
  /** Removers of the listeners on the socket; a lent socket must no longer call them once the link is closed. */
  readonly #listeners: (() => void)[] = [];
  #trickling = false;
  #trickleTimer: NodeJS.Timeout | undefined;
  #closedByServer: ErrorBody | null = null;
  #closing: Promise<void> | undefined;

  private constructor(
    signaling: SignalingSocket,
    target: LoadTarget,
    { tier, ...media }: LinkMedia,
    received: (kind: MediaKind, packet: Buffer) => void,
  ) {
    this.#tier = tier;
    this.signaling = signaling;
    this.#trickleEarly = target.trickleEarly ?? false;
    this.#isSocketLent = target.socket !== undefined;
    this.peer = new OfferingPeer({
      ...media,
      bindAddress: target.bindAddress ?? usualAddress,
      received,
      candidateFound: (candidate) => this.#sendCandidate(candidate),
    });
    this.#listeners.push(
      signaling.on('candidate:found', ({ link: of, ...candidate }) => {
        if (of === tier) this.peer.addCandidate(candidate);
      }),
      signaling.on('link:closed', ({ error }) => {
        this.#closedByServer = error;
      }),
    );
  }

  /** Connects the socket; the media connection waits for {@link negotiate}. */
  static async open(
    target: LoadTarget,
    media: LinkMedia,
    received: (kind: MediaKind, packet: Buffer) => void,
  ): Promise<LoadLink> {
    const signaling = target.socket ?? (await SignalingSocket.open(target.url, target.timeoutMs ?? 10_000));
    try {
      return new LoadLink(signaling, target, media, received);
    } catch (error) {
      if (target.socket === undefined) signaling.close();
      throw error;
    }
  }

  /** Why the server closed the link; `null` if it did not. */
  get closedByServer(): ErrorBody | null {
    return this.#closedByServer;
  }

  /** Makes an offer, sends it by `ask`, and applies the answer. Candidates follow the request on the same socket. */
  async negotiate<T extends { sdpAnswer: string }>(ask: (sdpOffer: string) => Promise<T>): Promise<T> {
    const sdpOffer = await this.peer.offer();
    const asking = ask(sdpOffer);
    if (this.#trickleEarly) this.#trickle();
    const reply = await asking;
    this.peer.acceptAnswer(reply.sdpAnswer);
    if (!this.#trickleEarly) this.#trickleTimer = setTimeout(() => this.#trickle(), lateTrickleMs);
    return reply;
  }

  /** Calls `forget` when the link closes: a listener on a lent socket must not outlive the link. */
  own(forget: () => void): void {
    this.#listeners.push(forget);
  }

  /** Closes the connection and its own socket without notifying the server; may be called twice; never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#trickleTimer);
    for (const forget of this.#listeners.splice(0)) forget();
    if (!this.#isSocketLent) this.signaling.close();
    await this.peer.close();
  }

  #trickle(): void {
    this.#trickling = true;
    for (const candidate of this.#pending.splice(0)) this.#sendCandidate(candidate);
  }

  #sendCandidate(candidate: Candidate): void {
    if (!this.#trickling) {
      this.#pending.push(candidate);
      return;
    }
    if (!this.signaling.connected) return;
    const named = this.#tier === undefined ? candidate : { ...candidate, link: this.#tier };
    this.signaling.request('candidate:add', named).catch((error: Error) => this.peer.failures.push(error));
  }
}

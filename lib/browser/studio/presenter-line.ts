import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import type { BroadcastView, MediaKind, Replies, RequestInput, RequestName } from '../../signaling.ts';
import { PeerLink } from '../rtc/peer-link.ts';
import { startAt } from '../rtc/sdp-munging.ts';
import { addTracks, replaceTracks } from '../rtc/sending.ts';
import { UplinkControl } from '../rtc/uplink-control.ts';
import type { UplinkMemory } from '../rtc/uplink-memory.ts';
import { type Signaling, withTimeout } from '../signaling/signaling-client.ts';

/** What the server says to a start, and to a resumption as well. */
export type Accepted = Replies['broadcast:resume'];

/** What the owner of a line is told; nothing after it was retired or closed. */
export type PresenterLineEvents = {
  /** The socket is connected; `recovered` when the server still knows it. */
  onReady: (recovered: boolean) => void;
  /** The socket is gone for the moment; it comes back by itself. */
  onBroken: () => void;
  onAccepted: (reply: Accepted) => void;
  /** Media can flow. */
  onLinked: () => void;
  onNews: (broadcast: BroadcastView | null) => void;
  /** The link, or the attempt to make one, has failed. */
  onLost: (error: ErrorBody) => void;
};

/** What a line is made of. */
export type PresenterLineParts = {
  connectSignaling: () => Signaling;
  createPeerConnection: () => RTCPeerConnection;
  /** What this line was found to bear before. */
  uplink: UplinkMemory;
};

/** What the server takes this socket for; while it is `asking`, nobody here knows. */
type Standing = 'free' | 'asking' | 'presenting';

/** There is no line to the server, or no longer. */
export function connectionLost(): AppError {
  return new AppError('connection-lost', 'The connection to the server was lost.');
}

/** A presenter's socket, and at most one media link on it. */
export class PresenterLine {
  readonly #signaling: Signaling;
  readonly #parts: PresenterLineParts;
  #events: PresenterLineEvents | null;
  #link: PeerLink | null = null;
  #uplink: UplinkControl | null = null;
  #standing: Standing = 'free';
  #refused: ReadonlySet<MediaKind> = new Set();
  /** The server's limit; what it was last time until it is told. */
  #maxVideoKbps = Number.POSITIVE_INFINITY;

  constructor(parts: PresenterLineParts, events: PresenterLineEvents) {
    this.#parts = parts;
    this.#events = events;
    this.#signaling = parts.connectSignaling();
  }

  /** True while requests can be sent. */
  get connected(): boolean {
    return this.#signaling.connected;
  }

  /** True while media can flow. */
  get linked(): boolean {
    return this.#link?.connected === true;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** The kinds that the media server takes none of over the present link, for want of a codec. */
  get refusedKinds(): ReadonlySet<MediaKind> {
    return this.#refused;
  }

  open(): void {
    const signaling = this.#signaling;
    signaling.on('broadcast:changed', ({ broadcast }) => this.#events?.onNews(broadcast));
    signaling.on('link:narrowed', ({ unplayable }) => {
      this.#refused = new Set(unplayable);
    });
    signaling.on('link:closed', ({ error }) => {
      this.#standing = 'free';
      this.#lose(this.#link, error);
    });
    signaling.onDisconnected(() => this.#events?.onBroken());
    signaling.onConnected((recovered) => {
      if (!recovered) this.#standing = 'free';
      this.#events?.onReady(recovered);
    });
    signaling.open();
    signaling.whenConnected().catch((error: unknown) => this.#events?.onLost(toErrorBody(error)));
  }

  /** Sends `stream`, as the broadcast that `ask` starts or resumes. */
  publish(stream: MediaStream, ask: (signaling: Signaling, sdpOffer: string) => Promise<Accepted>): void {
    this.dropLink();
    this.#refused = new Set();
    const connection = this.#parts.createPeerConnection();
    addTracks(connection, stream);
    const link = new PeerLink(this.#signaling, connection, {
      onConnected: () => this.#events?.onLinked(),
      onLost: (error) => this.#lose(link, error.toBody()),
    });
    this.#link = link;
    this.#uplink = new UplinkControl(link, this.#parts.uplink, this.#maxVideoKbps);
    this.#negotiate(link, this.#uplink, ask).catch((error: unknown) => this.#lose(link, toErrorBody(error)));
  }

  async #negotiate(
    link: PeerLink,
    uplink: UplinkControl,
    ask: (signaling: Signaling, sdpOffer: string) => Promise<Accepted>,
  ): Promise<void> {
    await uplink.adapt();
    // What the answer tells of the broadcast counts at once: while the rest is being applied, the news that it is
    // live may overtake it.
    const { maxVideoKbps } = await link.negotiate(async (sdpOffer) => {
      this.#standing = 'asking';
      try {
        const reply = await ask(this.#signaling, sdpOffer);
        this.#standing = 'presenting';
        if (this.#link === link) this.#events?.onAccepted(reply);
        return { ...reply, sdpAnswer: startAt(reply.sdpAnswer, uplink.begin(reply.maxVideoKbps)) };
      } catch (error) {
        // A refusal leaves the socket free; where no answer came, nobody knows.
        if (error instanceof AppError && error.code !== 'connection-lost') this.#standing = 'free';
        throw error;
      }
    });
    if (this.#link !== link) return;
    this.#maxVideoKbps = maxVideoKbps;
    await uplink.start();
  }

  /** Sends the tracks of `stream` from now on; false when the link was made for other kinds of media. */
  async replaceTracks(stream: MediaStream): Promise<boolean> {
    const link = this.#link;
    if (link === null) return true;
    const replaced = await replaceTracks(link.senders, stream);
    if (replaced && this.#link === link) await this.#uplink?.adapt();
    return replaced;
  }

  /** What the browser counts of the link; `null` while no media can flow. */
  async stats(): Promise<RTCStatsReport | null> {
    return this.linked ? ((await this.#link?.report()) ?? null) : null;
  }

  /** Asks the server; fails with `connection-lost` after `withinMs` milliseconds. */
  request<Name extends RequestName>(name: Name, body: RequestInput<Name>, withinMs = 10_000): Promise<Replies[Name]> {
    return withTimeout(this.#signaling.request(name, body), withinMs);
  }

  /** Sends no more; the socket stays, and with it the news of the broadcast. */
  dropLink(): void {
    this.#uplink?.stop();
    this.#uplink = null;
    this.#link?.close();
    this.#link = null;
  }

  /**
   * Falls silent, but stays with the server as long as it is needed: the show goes over to the next line without
   * having been without a presenter in between.
   */
  retire(): void {
    this.#events = null;
    this.dropLink();
  }

  /** Gives everything back. May be called repeatedly. */
  close(): void {
    this.retire();
    this.#signaling.close();
  }

  #lose(link: PeerLink | null, error: ErrorBody): void {
    if (this.#link !== link) return;
    this.dropLink();
    this.#events?.onLost(error);
  }
}

import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import type { MediaKind, Replies } from '../../signaling.ts';
import type { LowerTier } from '../../tiers.ts';
import type { Store } from '../page/store.ts';
import { PeerLink } from '../rtc/peer-link.ts';
import { startAt } from '../rtc/sdp-munging.ts';
import { addTracks, replaceTracks } from '../rtc/sending.ts';
import { UplinkControl } from '../rtc/uplink-control.ts';
import type { UplinkMemory } from '../rtc/uplink-memory.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import type { LowerTiers } from './lower-tiers.ts';
import type { Publishing } from './publisher-connection-state.ts';
import { claimOf } from './resume-tickets.ts';

/** The server's reply to a request to start or to resume. */
export type Accepted = Replies['broadcast:resume'];

/** The parts of a link. */
export type PublisherLinkParts = {
  createPeerConnection: () => RTCPeerConnection;
  /** The stored capacity of this uplink. */
  uplink: UplinkMemory;
  /** The lower tiers that the uplink does not bear. */
  withheldTiers: Store<readonly LowerTier[]>;
};

/** The callbacks of a link; none is called for a request on a socket that was left. */
export type PublisherLinkEvents = {
  /** The request to present was sent. */
  onAsked: () => void;
  onAccepted: (reply: Accepted) => void;
  /** The request was accepted after its link was replaced or closed. */
  onAcceptedLate: () => void;
  /** The server refused the request; not called if there was no reply. */
  onRefused: () => void;
  /** Media can flow. */
  onConnected: () => void;
  /** The link, or the attempt to make one, has failed. */
  onLost: (error: ErrorBody) => void;
};

/** How long a link goes on after another one has taken its place, in milliseconds: media servers change over as well. */
const changeOverMs = 2_000;
/** The same after a web server has stopped: viewers may need some time to reach the next one, in milliseconds. */
const outlivingMs = 8_000;

type Media = {
  peer: PeerLink;
  uplink: UplinkControl;
  stream: MediaStream;
  /** Opens once media flows, so that it delays neither the page nor the show. */
  tiers: Promise<LowerTiers> | null;
};

/** A presenter's media link, and the control of how much it sends. It can be replaced by a new one at any time. */
export class PublisherLink {
  readonly #parts: PublisherLinkParts;
  readonly #events: PublisherLinkEvents;
  /** The socket of the current link, or of the last one. */
  #signaling: Signaling | null = null;
  #media: Media | null = null;
  /** What goes on until the media server has what {@link #media} sends. */
  #former: Media | null = null;
  /** The former link if its server has stopped: it goes on until another one is connected, however long that takes. */
  #outliving: Media | null = null;
  #refusedKinds: ReadonlySet<MediaKind> = new Set();
  /** The server's limit for this socket, in kbit/s, from its last reply. */
  #maxVideoKbps = Number.POSITIVE_INFINITY;

  constructor(parts: PublisherLinkParts, events: PublisherLinkEvents) {
    this.#parts = parts;
    this.#events = events;
  }

  /** True while media can flow. */
  get connected(): boolean {
    return this.#media?.peer.connected === true;
  }

  /** The kinds of media that the media server does not accept over the current or last link, for lack of a codec. */
  get refusedKinds(): ReadonlySet<MediaKind> {
    return this.#refusedKinds;
  }

  /** Opens a link for `stream` in place of the current one, and asks the server to start or to resume `show`. */
  open(signaling: Signaling, stream: MediaStream, show: Publishing): void {
    closeMedia(this.#media);
    this.#listen(signaling);
    this.#refusedKinds = new Set();
    const { createPeerConnection, withheldTiers: withheld } = this.#parts;
    const connection = createPeerConnection();
    addTracks(connection, stream);
    const peer = new PeerLink(signaling, connection, {
      onConnected: () => {
        this.#events.onConnected();
        const former = this.#former;
        const goOnMs = former === this.#outliving ? outlivingMs : changeOverMs;
        if (former !== null) setTimeout(() => this.#dropFormer(former), goOnMs);
        media.tiers ??= openLowerTiers({ signaling, createPeerConnection, withheld });
        this.#sendTiers(media);
      },
      onLost: (error) => this.#lose(peer, error.toBody()),
    });
    const onCapacity = (kbps: number) =>
      void media.tiers?.then((tiers) => tiers.setUplink(kbps)).catch(() => undefined);
    const uplink = new UplinkControl(peer, this.#parts.uplink, this.#maxVideoKbps, onCapacity);
    const media: Media = { peer, uplink, stream, tiers: null };
    this.#media = media;
    this.#negotiate(media, signaling, show).catch((error: unknown) => this.#lose(peer, toErrorBody(error)));
  }

  #listen(signaling: Signaling): void {
    if (this.#signaling === signaling) return;
    this.#signaling = signaling;
    signaling.on('link:narrowed', ({ unplayable }) => {
      if (this.#signaling === signaling) this.#refusedKinds = new Set(unplayable);
    });
  }

  async #negotiate(media: Media, signaling: Signaling, show: Publishing): Promise<void> {
    const { peer, uplink } = media;
    await uplink.adapt();
    const { maxVideoKbps } = await peer.negotiate(async (sdpOffer) => {
      this.#events.onAsked();
      try {
        const reply = await askToPresent(show, signaling, sdpOffer);
        // The broadcast in the reply is used immediately: while the rest is being applied, the announcement that it is
        // live may overtake it. If the link was closed meanwhile, the reply still tells us the socket's role.
        if (this.#media === media) this.#events.onAccepted(reply);
        else if (this.#signaling === signaling) this.#events.onAcceptedLate();
        return { ...reply, sdpAnswer: startAt(reply.sdpAnswer, uplink.begin(reply.maxVideoKbps)) };
      } catch (error) {
        // After a refusal the socket is free; without a reply we do not know.
        const isRefused = error instanceof AppError && error.code !== 'connection-lost';
        if (isRefused && this.#signaling === signaling) this.#events.onRefused();
        throw error;
      }
    });
    if (this.#media !== media) return;
    this.#maxVideoKbps = maxVideoKbps;
    await uplink.start();
  }

  /** Sends the tracks of `stream` from now on; false when the link was made for other kinds of media. */
  async replaceTracks(stream: MediaStream): Promise<boolean> {
    const media = this.#media;
    if (media === null) return true;
    const replaced = await replaceTracks(media.peer.senders, stream);
    if (replaced && this.#media === media) {
      media.stream = stream;
      await media.uplink.adapt();
      this.#sendTiers(media);
    }
    return replaced;
  }

  #sendTiers({ tiers, stream }: Media): void {
    const [picture = null, sound = null] = [stream.getVideoTracks()[0], stream.getAudioTracks()[0]];
    tiers?.then((opened) => opened.setTracks(picture, sound)).catch(() => undefined);
  }

  /** The browser's report on the link; `null` while no media can flow. */
  async stats(): Promise<RTCStatsReport | null> {
    return this.connected ? ((await this.#media?.peer.report()) ?? null) : null;
  }

  /**
   * Goes on sending over the current link while {@link open} makes another one.
   * @returns false if there is none that works, or another one is being made already
   */
  setAside(): boolean {
    const media = this.#media;
    if (media === null || !this.connected || this.#former !== null) return false;
    // From now on, the messages on this socket are about the new link, and so are the lower tiers.
    media.peer.detach();
    closeTiers(media);
    this.#former = media;
    this.#media = null;
    return true;
  }

  /**
   * The server stops gracefully, and the link goes on without it: sends over it, lower tiers included, until
   * {@link open} has made another one, or {@link close}.
   * @returns false if there is no link that works
   */
  outlive(): boolean {
    const media = this.#media;
    if (media !== null && this.connected) {
      if (this.#former !== null) this.#dropFormer(this.#former);
      media.peer.detach();
      media.tiers?.then((tiers) => tiers.detach()).catch(() => undefined);
      this.#former = media;
      this.#outliving = media;
    } else closeMedia(media);
    this.#media = null;
    return this.#outliving !== null;
  }

  /** Stops sending. May be called repeatedly, and before {@link open}. */
  close(): void {
    this.#outliving = null;
    this.#drop();
  }

  /** Closes all but a link that outlives its server. */
  #drop(): void {
    closeMedia(this.#media);
    this.#media = null;
    if (this.#former !== null && this.#former !== this.#outliving) this.#dropFormer(this.#former);
  }

  #dropFormer(former: Media): void {
    closeMedia(former);
    if (this.#former === former) this.#former = null;
    if (this.#outliving === former) this.#outliving = null;
  }

  /**
   * Forgets the server's limits for this socket: the next link is opened on another one. Only a link that outlives its
   * server goes on.
   */
  leave(): void {
    this.#drop();
    this.#signaling = null;
    this.#refusedKinds = new Set();
    this.#maxVideoKbps = Number.POSITIVE_INFINITY;
  }

  #lose(peer: PeerLink, error: ErrorBody): void {
    if (this.#media?.peer !== peer) return;
    this.#drop();
    this.#events.onLost(error);
  }
}

function closeMedia(media: Media | null): void {
  if (media === null) return;
  media.uplink.stop();
  closeTiers(media);
  media.peer.close();
}

function closeTiers(media: Media): void {
  media.tiers?.then((tiers) => tiers.close()).catch(() => undefined);
  media.tiers = null;
}

async function openLowerTiers(parts: ConstructorParameters<typeof LowerTiers>[0]): Promise<LowerTiers> {
  const { LowerTiers } = await import('./lower-tiers.ts');
  return new LowerTiers(parts);
}

/** Asks the server to let a presenter start, or resume. */
function askToPresent(show: Publishing, signaling: Signaling, sdpOffer: string): Promise<Accepted> {
  if ('plan' in show) return signaling.request('broadcast:start', { ...show.plan, sdpOffer });
  return signaling.request('broadcast:resume', { ...claimOf(show.ticket), sdpOffer });
}

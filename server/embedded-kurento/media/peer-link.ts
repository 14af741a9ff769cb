import { MediaSession, negotiatedMedia } from './media-session.ts';
import {
  type LinkNetwork,
  type MediaKind,
  NegotiationError,
  type OfferRequest,
  type PeerLink,
  type PeerLinkListener,
  type PeerLinkOptions,
  type RtpSink,
  type RtpSource,
  type RtpStats,
} from './media-types.ts';
import { candidateRefused, endpointClosed } from './negotiation-errors.ts';
import type { PacketSender } from './outgoing-stream.ts';
import type { PacketBacklog } from './packet-backlog.ts';
import { LinkNegotiation } from './sdp/link-negotiation.ts';
import { type AnswerPlan, activeSections, readLocalTransport, writeTransportOffer } from './sdp/sdp-answer.ts';
import type { LocalTransport } from './sdp/sdp-lines.ts';
import { sdpConfigurationError } from './sdp/sdp-offer.ts';
import type { DataPort } from './transport/data-channels.ts';
import {
  CandidateExchange,
  letsPeerCheckFirst,
  namesMedia,
  type TrickledCandidate,
} from './transport/ice-candidates.ts';
import { type Evictable, LinkPath, type LinkPathContext } from './transport/link-path.ts';
import { iceStateOf, LinkStates } from './transport/link-states.ts';
import type { PeerTransportListener } from './transport/peer-transport.ts';

/** The context that the engine gives to each of its links. */
export type PeerLinkContext = LinkPathContext & {
  /** Names the link's streams in RTCP. */
  cname: string;
  backlog: PacketBacklog;
  /** The link has ended and needs no more ticks. */
  onClosed: (link: WebRtcPeerLink) => void;
};

/** One WebRTC connection: negotiation, candidates and states around a media session. */
export class WebRtcPeerLink implements PeerLink, PacketSender, PeerTransportListener, Evictable {
  readonly sources: Readonly<Record<MediaKind, RtpSource>>;
  readonly sinks: Readonly<Record<MediaKind, RtpSink>>;
  readonly #context: PeerLinkContext;
  readonly #listener: PeerLinkListener;
  readonly #session: MediaSession;
  readonly #candidates: CandidateExchange;
  readonly #path: LinkPath;
  readonly #states: LinkStates;
  readonly #negotiation: LinkNegotiation;
  #network: LinkNetwork | null = null;
  #closed = false;
  #gathering = false;
  #gatheringComplete = false;

  constructor(context: PeerLinkContext, listener: PeerLinkListener, options: PeerLinkOptions) {
    this.#context = context;
    this.#listener = listener;
    this.#states = new LinkStates(listener);
    this.#candidates = new CandidateExchange(context.options.announcedIps);
    this.#path = new LinkPath(context, this);
    this.#session = new MediaSession({
      cname: context.cname,
      sender: this,
      log: context.options.log,
      peerNotHearing: () => this.#giveUpNotHearing(),
    });
    const { audio, video } = this.#session.outgoing;
    const streams = { cname: context.cname, ssrcs: { audio: audio.ssrc, video: video.ssrc } };
    this.#negotiation = new LinkNegotiation(options.acceptsData === true, streams);
    this.sources = this.#session.incoming;
    this.sinks = this.#session.outgoing;
  }

  setNetwork(network: LinkNetwork): void {
    if (this.#negotiation.plan !== null) return;
    this.#network = network;
    this.#candidates.restrict(network);
  }

  async processOffer(sdpOffer: string): Promise<string> {
    this.#requireOpen();
    const taken = this.#negotiation.takeOffer(sdpOffer);
    if ('refusal' in taken) {
      this.close();
      return taken.refusal;
    }
    const { plan } = taken;
    this.#noteMediaServer(plan);
    this.#session.negotiated(plan.active.map(({ kind, media, direction }) => negotiatedMedia(kind, media, direction)));
    return this.#negotiation.writeAnswer(plan, await this.#connect(plan));
  }

  generateOffer(request: OfferRequest): string {
    this.#requireOpen();
    return this.#negotiation.makeOffer(request, this.#context.certificate.fingerprint);
  }

  async processAnswer(sdpAnswer: string): Promise<string> {
    this.#requireOpen();
    const { plan, codecsOf, describe } = this.#negotiation.takeAnswer(sdpAnswer);
    this.#noteMediaServer(plan);
    // The peer sends with the payload types of our offer, and we send with those of its answer.
    this.#session.negotiated(
      plan.active.map(({ kind, media, direction }) => ({
        ...negotiatedMedia(kind, media, direction),
        incomingCodecs: codecsOf(kind, media.codecs),
      })),
    );
    await this.#connect(plan);
    return describe();
  }

  gatherCandidates(): void {
    if (this.#closed || this.#gathering) return;
    this.#gathering = true;
    if (this.#path.isOpen) this.#meet();
  }

  addCandidate(candidate: TrickledCandidate): void {
    if (this.#closed) return;
    const { plan } = this.#negotiation;
    if (plan !== null && !namesMedia(plan.offer.medias, candidate)) {
      throw candidateRefused();
    }
    // Before gathering, Kurento has no socket to send its checks from, so a quick peer cannot skip any state.
    if (!this.#path.isOpen || !this.#gathering) this.#candidates.keepEarly(candidate);
    else this.#acceptCandidate(candidate.candidate);
  }

  wantVideoCodec(name: string | null): void {
    this.#negotiation.wantedVideo = name;
  }

  setMaxRecvKbps(kind: MediaKind, kbps: number): void {
    this.#negotiation.maxRecvKbps[kind] = kbps;
    if (kind === 'video') this.#session.incoming.video.setMaximumBitrate(kbps);
  }

  probe(kbps: number): void {
    this.#session.outgoing.video.probe.set(kbps, performance.now());
  }

  get isProbing(): boolean {
    return this.#session.outgoing.video.probe.isOn;
  }

  stats(): RtpStats[] {
    return this.#session.stats();
  }

  get data(): DataPort | null {
    return this.#path.data;
  }

  close(): void {
    if (this.#closed) return;
    this.#session.close();
    this.#context.backlog.forget(this.#session);
    this.#closed = true;
    this.#path.close();
    this.#context.onClosed(this);
  }

  evicted(): void {
    this.#context.options.log('info', 'A peer left without notice: another one is at its address now');
    this.connectionStateChanged('closed');
  }

  /** Whether the peer may send anything, so that there may be something to request from it at any time. */
  get receives(): boolean {
    return this.#session.receives;
  }

  /**
   * Called by the engine every 20 ms, or less often if nothing is received; `now` is in milliseconds on the monotonic
   * clock.
   */
  tick(now: number): void {
    this.#session.tick(now);
  }

  sendRtp(packet: Buffer): boolean {
    return this.#path.send(packet);
  }

  sendRtcp(packet: Buffer): boolean {
    return this.#path.send(packet);
  }

  received(packet: Buffer): void {
    this.#context.backlog.add(this.#session, packet);
  }

  opened(): void {
    this.#session.open();
  }

  candidateGathered(text: string): void {
    const candidates = this.#candidates.acceptLocal(text);
    if (this.#gathering) for (const candidate of candidates) this.#reportCandidate(candidate);
  }

  gatheringComplete(): void {
    this.#gatheringComplete = true;
    if (this.#gathering) this.#listener.gatheringDone();
  }

  iceStateChanged(state: string): void {
    const iceState = iceStateOf(state);
    if (iceState === undefined) return;
    if (iceState !== 'CONNECTED') {
      // The pair that is nominated in the end may be a different one.
      if (iceState === 'READY') this.#path.settle();
      this.#states.ice(iceState);
      return;
    }
    this.#session.prepare();
    const pair = this.#path.settle();
    if (pair !== null) this.#listener.candidatePairSelected(pair);
    this.#states.ice(iceState);
    this.#states.dtls('NEW');
    this.#states.dtls('CONNECTING');
  }

  connectionStateChanged(state: string): void {
    if (state === 'connected') this.#states.dtls('CONNECTED');
    if (state !== 'failed' && state !== 'closed') return;
    this.#session.close();
    // The next peer from the same address would otherwise be mistaken for this one.
    this.#path.end();
    this.#states.over(state);
  }

  /** The library keeps the pair that was chosen first, even when the peer has switched to another one. */
  #giveUpNotHearing(): void {
    this.#context.options.log('warn', 'A peer sends media but does not receive ours: its network may have changed');
    this.#states.ice('FAILED');
    this.connectionStateChanged('failed');
  }

  /** Behind another media server are viewers who join one after the other, and each needs a keyframe. */
  #noteMediaServer({ offer }: AnswerPlan): void {
    this.#session.outgoing.video.keyframeBackoff.isOff = offer.isMediaServers;
  }

  #requireOpen(): void {
    if (this.#closed) throw endpointClosed();
  }

  async #connect(plan: AnswerPlan): Promise<LocalTransport> {
    const data = plan.data === null ? null : this.#listener;
    const own = this.#negotiation.ownTransport;
    // The peer that answers our own offer may be a link of this same engine.
    const { fingerprints } = plan.transport;
    const options = { network: this.#network, sharesPort: own === null, data, fingerprints, ownCredentials: own };
    try {
      const request = { ...options, offer: writeTransportOffer(plan) };
      return await this.#path.open(request, (sdp) => {
        const local = readLocalTransport(sdp);
        const { iceUfrag: remoteUfrag, icePwd: remotePwd } = plan.transport;
        this.#path.identify({ localUfrag: local.iceUfrag, remoteUfrag, remotePwd }, local.icePwd);
        if (this.#gathering) this.#meet();
        return local;
      });
    } catch (error) {
      this.#requireOpen();
      this.#context.options.log('error', 'A connection could not be set up', { error: String(error) });
      throw new NegotiationError(sdpConfigurationError, `No connection could be set up: ${String(error)}`);
    }
  }

  /** Each m-line of the bundle has the same candidates, so each candidate is used only once. */
  #acceptCandidate(text: string): void {
    const candidate = this.#candidates.acceptRemote(text);
    if (candidate !== null) this.#path.addRemoteCandidate(candidate);
  }

  /** The library gathers from the start; its candidates and the peer's are held back until gathering is requested. */
  #meet(): void {
    this.#states.ice('GATHERING');
    const { plan } = this.#negotiation;
    if (plan !== null && letsPeerCheckFirst(plan, this.#network)) this.#path.letPeerCheckFirst();
    for (const candidate of plan?.transport.candidates ?? []) this.#acceptCandidate(candidate);
    for (const candidate of this.#candidates.takeEarly()) {
      if (plan !== null && namesMedia(plan.offer.medias, candidate)) this.#acceptCandidate(candidate.candidate);
    }
    for (const candidate of this.#candidates.local) this.#reportCandidate(candidate);
    if (this.#gatheringComplete) this.#listener.gatheringDone();
  }

  #reportCandidate(candidate: string): void {
    const { plan } = this.#negotiation;
    for (const { media, index } of plan === null ? [] : activeSections(plan)) {
      if (this.#closed) return;
      this.#listener.candidateFound({ candidate, sdpMid: media.mid, sdpMLineIndex: index });
    }
  }
}

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
import type { PacketSender } from './outgoing-stream.ts';
import { matchCodec, orderLikeAnswer } from './sdp/codec-negotiation.ts';
import {
  type AnswerPlan,
  activeSections,
  type LocalStreams,
  planAnswer,
  readLocalTransport,
  rejectPlainRtp,
  writeAnswer,
  writeTransportOffer,
} from './sdp/sdp-answer.ts';
import type { LocalTransport } from './sdp/sdp-lines.ts';
import { readOffer, sdpConfigurationError } from './sdp/sdp-offer.ts';
import { makeIceCredentials, type OwnOffer, planAfterAnswer, planOffer, writeOffer } from './sdp/sdp-own-offer.ts';
import type { DataPort } from './transport/data-channels.ts';
import {
  CandidateExchange,
  letsPeerCheckFirst,
  namesMedia,
  type TrickledCandidate,
} from './transport/ice-candidates.ts';
import { LinkPath, type LinkPathContext } from './transport/link-path.ts';
import { iceStateOf, LinkStates } from './transport/link-states.ts';
import type { Evictable } from './transport/peer-address-table.ts';
import type { PeerTransportListener } from './transport/peer-transport.ts';

/** Kurento's SDP_END_POINT_ALREADY_NEGOTIATED and ICE_ADD_CANDIDATE_ERROR. */
const alreadyNegotiated = 40208;
const addCandidateError = 40401;
/** Kurento's SDP_END_POINT_NOT_OFFER_GENERATED and SDP_END_POINT_ANSWER_ALREADY_PROCCESED. */
const noOffer = 40209;
const answerProcessed = 40210;

type IceCredentials = Pick<LocalTransport, 'iceUfrag' | 'icePwd'>;

/** What the engine gives to each of its links. */
export type PeerLinkContext = LinkPathContext & {
  /** Names the link's streams in RTCP. */
  cname: string;
  /** The link is at its end and needs no more ticks. */
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
  readonly #acceptsData: boolean;
  readonly #maxRecvKbps: Record<MediaKind, number> = { audio: 0, video: 0 };
  #network: LinkNetwork | null = null;
  #wantedVideo: string | null = null;
  #ownOffer: { offer: OwnOffer; local: LocalTransport } | null = null;
  #plan: AnswerPlan | null = null;
  #closed = false;
  #gathering = false;
  #gatheringComplete = false;

  constructor(context: PeerLinkContext, listener: PeerLinkListener, options: PeerLinkOptions) {
    this.#acceptsData = options.acceptsData === true;
    this.#context = context;
    this.#listener = listener;
    this.#states = new LinkStates(listener);
    this.#candidates = new CandidateExchange(context.options.announcedAddresses);
    this.#path = new LinkPath(context, this);
    this.#session = new MediaSession({
      cname: context.cname,
      sender: this,
      log: context.options.log,
      peerNotHearing: () => this.#giveUpNotHearing(),
    });
    this.sources = this.#session.incoming;
    this.sinks = this.#session.outgoing;
  }

  setNetwork(network: LinkNetwork): void {
    if (this.#plan !== null) return;
    this.#network = network;
    this.#candidates.restrict(network);
  }

  async processOffer(sdpOffer: string): Promise<string> {
    this.#requireFirst();
    const offer = orderLikeAnswer(readOffer(sdpOffer), this.#wantedVideo);
    const refusal = rejectPlainRtp(offer);
    if (refusal !== null) {
      this.close();
      return refusal;
    }
    const plan = planAnswer(offer, this.#acceptsData);
    // Set before the first await, so that a second offer in the same moment finds the place taken.
    this.#plan = plan;
    this.#session.negotiated(plan.active.map(({ kind, media, direction }) => negotiatedMedia(kind, media, direction)));
    const local = await this.#connect(plan);
    return writeAnswer(plan, local, this.#streams(), this.#maxRecvKbps);
  }

  generateOffer(request: OfferRequest): string {
    this.#requireFirst();
    const { fingerprint } = this.#context.certificate;
    const local = { ...makeIceCredentials(), fingerprint: `sha-256 ${fingerprint}` };
    this.#ownOffer = {
      offer: planOffer({ ...request, data: request.data && this.#acceptsData }, this.#wantedVideo),
      local,
    };
    return writeOffer(this.#ownOffer.offer, local, this.#streams(), this.#maxRecvKbps);
  }

  async processAnswer(sdpAnswer: string): Promise<string> {
    const own = this.#ownOffer;
    if (this.#closed) throw new NegotiationError(alreadyNegotiated, 'Endpoint is closed');
    if (own === null)
      throw new NegotiationError(noOffer, 'Offer not generated. It is not possible to process an answer.');
    if (this.#plan !== null) throw new NegotiationError(answerProcessed, 'Answer already processed');
    const plan = planAfterAnswer(own.offer, readOffer(sdpAnswer, 'answer'));
    this.#plan = plan;
    const codecsOf = (kind: MediaKind) => own.offer.sections.find((section) => section.kind === kind)?.codecs ?? [];
    // The peer sends with the payload types that we offered, and we with those that it answered.
    this.#session.negotiated(
      plan.active.map(({ kind, media, direction }) => ({
        ...negotiatedMedia(kind, media, direction),
        incomingCodecs: codecsOf(kind).filter((offered) => matchCodec(offered, media.codecs) !== null),
      })),
    );
    await this.#connect(plan, own.local);
    const sections = own.offer.sections.flatMap((section) => {
      const agreed = plan.active.find(({ kind }) => kind === section.kind);
      return agreed === undefined ? [] : [{ ...section, direction: agreed.direction }];
    });
    const final = { sections, dataMid: plan.data === null ? null : own.offer.dataMid };
    return writeOffer(final, own.local, this.#streams(), this.#maxRecvKbps);
  }

  gatherCandidates(): void {
    if (this.#closed || this.#gathering) return;
    this.#gathering = true;
    if (this.#path.isOpen) this.#meet();
  }

  addCandidate(candidate: TrickledCandidate): void {
    if (this.#closed) return;
    if (this.#plan !== null && !namesMedia(this.#plan.offer.medias, candidate)) {
      throw new NegotiationError(addCandidateError, 'Error adding candidate');
    }
    // Before we gather, the original has nowhere to send its checks from, so a quick peer cannot skip any state.
    if (!this.#path.isOpen || !this.#gathering) this.#candidates.keepEarly(candidate);
    else this.#acceptCandidate(candidate.candidate);
  }

  wantVideoCodec(name: string | null): void {
    this.#wantedVideo = name;
  }

  setMaxRecvKbps(kind: MediaKind, kbps: number): void {
    this.#maxRecvKbps[kind] = kbps;
    if (kind === 'video') this.#session.incoming.video.setMaximumBitrate(kbps);
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
    this.#closed = true;
    this.#path.close();
    this.#context.onClosed(this);
  }

  evicted(): void {
    this.#context.options.log('info', 'A peer has gone without a word: another one is at its address now');
    this.connectionStateChanged('closed');
  }

  /** Whether the peer may send anything, so that there may be something to ask it for at any time. */
  get receives(): boolean {
    return this.#session.receives;
  }

  /** Called every 20 ms by the engine, and less often where nothing is received; `now` is in milliseconds on the monotonic clock. */
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
    this.#session.receive(packet);
  }

  opened(): void {
    this.#session.open();
  }

  candidateGathered(text: string): void {
    const candidates = this.#candidates.acceptLocal(text);
    if (this.#gathering) for (const candidate of candidates) this.#tellCandidate(candidate);
  }

  gatheringComplete(): void {
    this.#gatheringComplete = true;
    if (this.#gathering) this.#listener.gatheringDone();
  }

  iceStateChanged(state: string): void {
    const iceState = iceStateOf(state);
    if (iceState === undefined) return;
    if (iceState !== 'CONNECTED') {
      // The pair that is nominated in the end may be another one.
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
    // Whoever comes from the same address next would otherwise be taken for this peer.
    this.#path.end();
    this.#states.over(state);
  }

  /** The library sticks to the pair that was chosen first, also when the peer has moved on to another one. */
  #giveUpNotHearing(): void {
    this.#context.options.log('warn', 'A peer does not hear us, though its media comes: its network may have changed');
    this.#states.ice('FAILED');
    this.connectionStateChanged('failed');
  }

  /** A link negotiates once. */
  #requireFirst(): void {
    if (this.#closed) throw new NegotiationError(alreadyNegotiated, 'Endpoint is closed');
    if (this.#plan === null && this.#ownOffer === null) return;
    throw new NegotiationError(alreadyNegotiated, 'Endpoint already negotiated');
  }

  async #connect(plan: AnswerPlan, credentials?: IceCredentials): Promise<LocalTransport> {
    const data = plan.data === null ? null : this.#listener;
    // The peer that answers an offer of ours may be a link of this very engine.
    const { fingerprints } = plan.transport;
    const request = { network: this.#network, sharesPort: this.#ownOffer === null, data, fingerprints };
    try {
      return await this.#path.open(request, (transport) => {
        const local = readLocalTransport(transport.answer(writeTransportOffer(plan), credentials));
        const { iceUfrag: remoteUfrag, icePwd: remotePwd } = plan.transport;
        this.#path.identify({ localUfrag: local.iceUfrag, remoteUfrag, remotePwd });
        if (this.#gathering) this.#meet();
        return local;
      });
    } catch (error) {
      if (this.#closed) throw new NegotiationError(alreadyNegotiated, 'Endpoint is closed');
      this.#context.options.log('error', 'A connection could not be set up', { error: String(error) });
      throw new NegotiationError(sdpConfigurationError, `No connection could be set up: ${String(error)}`);
    }
  }

  /** Each m-line of the bundle brings the same candidates, so a candidate is used once. */
  #acceptCandidate(text: string): void {
    const candidate = this.#candidates.acceptRemote(text);
    if (candidate !== null) this.#path.addRemoteCandidate(candidate);
  }

  /** The library gathers from the start; what it found is held back until it is asked for, and the peer's as well. */
  #meet(): void {
    this.#states.ice('GATHERING');
    const plan = this.#plan;
    if (plan !== null && letsPeerCheckFirst(plan, this.#network)) this.#path.letPeerCheckFirst();
    for (const candidate of plan?.transport.candidates ?? []) this.#acceptCandidate(candidate);
    for (const candidate of this.#candidates.takeEarly()) {
      if (plan !== null && namesMedia(plan.offer.medias, candidate)) this.#acceptCandidate(candidate.candidate);
    }
    for (const candidate of this.#candidates.local) this.#tellCandidate(candidate);
    if (this.#gatheringComplete) this.#listener.gatheringDone();
  }

  #tellCandidate(candidate: string): void {
    for (const { media, index } of this.#sections()) {
      if (this.#closed) return;
      this.#listener.candidateFound({ candidate, sdpMid: media.mid, sdpMLineIndex: index });
    }
  }

  #streams(): LocalStreams {
    const { audio, video } = this.#session.outgoing;
    return { cname: this.#context.cname, ssrcs: { audio: audio.ssrc, video: video.ssrc } };
  }

  #sections(): ReturnType<typeof activeSections> {
    return this.#plan === null ? [] : activeSections(this.#plan);
  }
}

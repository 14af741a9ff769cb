import { CandidateExchange, type TrickledCandidate } from './candidate-exchange.ts';
import type { Certificate } from './certificate.ts';
import { withFreePort } from './free-port.ts';
import { MediaSession } from './media-session.ts';
import {
  type IceComponentState,
  type MediaEngineOptions,
  type MediaKind,
  NegotiationError,
  type PeerLink,
  type PeerLinkListener,
  type RtpSink,
  type RtpSource,
  type RtpStats,
} from './media-types.ts';
import type { PacketSender } from './outgoing-stream.ts';
import { PeerTransport, type PeerTransportListener } from './peer-transport.ts';
import {
  type AnswerPlan,
  type LocalTransport,
  planAnswer,
  readLocalTransport,
  writeAnswer,
  writeTransportOffer,
} from './sdp-answer.ts';
import { readOffer, SDP_CONFIGURATION_ERROR } from './sdp-offer.ts';

/** Kurento's SDP_END_POINT_ALREADY_NEGOTIATED and ICE_ADD_CANDIDATE_ERROR. */
const ALREADY_NEGOTIATED = 40208;
const ADD_CANDIDATE_ERROR = 40401;

/** What the engine gives to each of its links. */
export type PeerLinkContext = {
  options: MediaEngineOptions;
  certificate: Certificate;
  /** Names the link's streams in RTCP. */
  cname: string;
  /** The link is at its end and needs no more ticks. */
  onClosed: (link: WebRtcPeerLink) => void;
};

const ICE_STATES: ReadonlyMap<string, IceComponentState> = new Map([
  ['checking', 'CONNECTING'],
  ['connected', 'CONNECTED'],
  ['completed', 'READY'],
  ['failed', 'FAILED'],
  ['disconnected', 'DISCONNECTED'],
  ['closed', 'DISCONNECTED'],
]);

/** One WebRTC connection: negotiation, candidates and states around a media session. */
export class WebRtcPeerLink implements PeerLink, PacketSender, PeerTransportListener {
  readonly sources: Readonly<Record<MediaKind, RtpSource>>;
  readonly sinks: Readonly<Record<MediaKind, RtpSink>>;
  readonly #context: PeerLinkContext;
  readonly #listener: PeerLinkListener;
  readonly #session: MediaSession;
  readonly #candidates: CandidateExchange;
  #transport: PeerTransport | null = null;
  #plan: AnswerPlan | null = null;
  #closed = false;
  #dtlsClosed = false;
  #gathering = false;
  #gatheringComplete = false;
  #iceState: IceComponentState = 'DISCONNECTED';

  constructor(context: PeerLinkContext, listener: PeerLinkListener) {
    this.#context = context;
    this.#listener = listener;
    this.#candidates = new CandidateExchange(context.options.announcedAddress);
    this.#session = new MediaSession(context.cname, this, context.options.log);
    this.sources = this.#session.incoming;
    this.sinks = this.#session.outgoing;
  }

  async processOffer(sdpOffer: string): Promise<string> {
    if (this.#closed) throw new NegotiationError(ALREADY_NEGOTIATED, 'Endpoint is closed');
    if (this.#plan !== null) throw new NegotiationError(ALREADY_NEGOTIATED, 'Endpoint already negotiated');
    const plan = planAnswer(readOffer(sdpOffer));
    // Set before the first await, so that a second offer in the same moment finds the place taken.
    this.#plan = plan;
    this.#session.negotiated(
      plan.active.map(({ kind, media, direction }) => ({
        kind,
        codecs: media.codecs,
        extensionIds: media.extensionIds,
        nack: kind === 'video' || media.nack,
        receives: direction === 'recvonly' || direction === 'sendrecv',
        sends: direction === 'sendonly' || direction === 'sendrecv',
      })),
    );
    const local = await this.#connect(plan);
    return writeAnswer(plan, local, {
      cname: this.#context.cname,
      ssrcs: { audio: this.#session.outgoing.audio.ssrc, video: this.#session.outgoing.video.ssrc },
    });
  }

  gatherCandidates(): void {
    if (this.#closed || this.#gathering) return;
    this.#gathering = true;
    if (this.#transport !== null) this.#tellCandidates();
  }

  addCandidate(candidate: TrickledCandidate): void {
    if (this.#closed) return;
    if (this.#plan !== null && !namesMedia(this.#plan, candidate)) {
      throw new NegotiationError(ADD_CANDIDATE_ERROR, 'Error adding candidate');
    }
    if (this.#transport === null) this.#candidates.keepEarly(candidate);
    else this.#acceptCandidate(candidate.candidate);
  }

  setMaxVideoRecvKbps(kbps: number): void {
    this.#session.incoming.video.setMaximumBitrate(kbps);
  }

  stats(): RtpStats[] {
    return this.#session.stats();
  }

  close(): void {
    if (this.#closed) return;
    this.#session.close();
    this.#closed = true;
    this.#transport?.close();
    this.#transport = null;
    this.#context.onClosed(this);
  }

  /** Called every 20 ms by the engine; `now` is in milliseconds on the monotonic clock. */
  tick(now: number): void {
    this.#session.tick(now);
  }

  sendRtp(packet: Buffer): boolean {
    return this.#transport?.send(packet) ?? false;
  }

  sendRtcp(packet: Buffer): boolean {
    return this.#transport?.send(packet) ?? false;
  }

  received(packet: Buffer): void {
    this.#session.receive(packet);
  }

  opened(): void {
    this.#session.open();
  }

  candidateGathered(text: string): void {
    const candidate = this.#candidates.acceptLocal(text);
    if (candidate !== null && this.#gathering) this.#tellCandidate(candidate);
  }

  gatheringComplete(): void {
    this.#gatheringComplete = true;
    if (this.#gathering) this.#listener.gatheringDone();
  }

  iceStateChanged(state: string): void {
    const told = ICE_STATES.get(state);
    if (told === undefined) return;
    if (told !== 'CONNECTED') {
      this.#tellIceState(told);
      return;
    }
    this.#session.prepare();
    const pair = this.#transport?.selectedPair() ?? null;
    if (pair !== null) this.#listener.candidatePairSelected(pair);
    this.#tellIceState(told);
    this.#listener.dtlsStateChanged('CONNECTING');
  }

  connectionStateChanged(state: string): void {
    if (state === 'connected') this.#listener.dtlsStateChanged('CONNECTED');
    if (state !== 'failed' && state !== 'closed') return;
    this.#session.close();
    if (state === 'failed' && this.#iceState !== 'FAILED') {
      this.#dtlsClosed = true;
      this.#listener.dtlsStateChanged('FAILED');
    } else if (!this.#dtlsClosed) {
      this.#dtlsClosed = true;
      this.#listener.dtlsStateChanged('CLOSED');
    }
    if (state === 'closed') this.#tellIceState('DISCONNECTED');
  }

  async #connect(plan: AnswerPlan): Promise<LocalTransport> {
    const { options, certificate } = this.#context;
    try {
      return await withFreePort(options, (port) => {
        if (this.#closed) throw new NegotiationError(ALREADY_NEGOTIATED, 'Endpoint is closed');
        const transport = new PeerTransport(options, certificate, port, this);
        this.#transport = transport;
        const local = readLocalTransport(transport.answer(writeTransportOffer(plan)));
        for (const candidate of plan.transport.candidates) this.#acceptCandidate(candidate);
        for (const candidate of this.#candidates.takeEarly()) {
          if (namesMedia(plan, candidate)) this.#acceptCandidate(candidate.candidate);
        }
        if (this.#gathering) this.#tellGathering();
        return local;
      });
    } catch (error) {
      if (error instanceof NegotiationError) throw error;
      options.log('error', 'A connection could not be set up', { error: String(error) });
      throw new NegotiationError(SDP_CONFIGURATION_ERROR, `No connection could be set up: ${String(error)}`);
    }
  }

  /** Each m-line of the bundle brings the same candidates, so a candidate is used once. */
  #acceptCandidate(text: string): void {
    const candidate = this.#candidates.acceptRemote(text);
    if (candidate !== null) this.#transport?.addRemoteCandidate(candidate);
  }

  /** The library gathers from the start; what it found is held back until it is asked for. */
  #tellCandidates(): void {
    this.#tellGathering();
    for (const candidate of this.#candidates.local) this.#tellCandidate(candidate);
    if (this.#gatheringComplete) this.#listener.gatheringDone();
  }

  #tellGathering(): void {
    // A quick peer's candidates may have brought us further already, and there is no way back.
    if (this.#iceState === 'DISCONNECTED') this.#tellIceState('GATHERING');
  }

  #tellCandidate(candidate: string): void {
    for (const { media, index } of this.#plan?.active ?? []) {
      if (this.#closed) return;
      this.#listener.candidateFound({ candidate, sdpMid: media.mid, sdpMLineIndex: index });
    }
  }

  #tellIceState(state: IceComponentState): void {
    // The library lets a failure be followed by a plain end; the failure is what is worth knowing.
    if (state === this.#iceState || this.#iceState === 'FAILED') return;
    this.#iceState = state;
    this.#listener.iceStateChanged(state);
  }
}

function namesMedia(plan: AnswerPlan, { sdpMid, sdpMLineIndex }: TrickledCandidate): boolean {
  const { medias } = plan.offer;
  if (sdpMid !== null && sdpMid !== '') return medias.some((media) => media.mid === sdpMid);
  return sdpMLineIndex === null || (sdpMLineIndex >= 0 && sdpMLineIndex < medias.length);
}

/*
 * What the parts of the media server agree on. Kurento's elements (WebRtcEndpoint, PassThrough, …) form a graph;
 * media does not travel through that graph. The graph is resolved, whenever it changes, to "this sink is fed by
 * that source", and packets go from the source straight to its consumers.
 */

import type { PictureNumbers } from '../../codecs/rtp-payload.ts';
import type { MediaNetwork } from '../../platform/media-network.ts';
import type { Log } from './log.ts';
import type { ExtendedForm } from './rtp/header-extensions.ts';
import type { DataChannelListener, DataPort } from './transport/data-channels.ts';

/** The kinds of media that travel as RTP. Kurento's DATA travels in data channels, see data-channels.ts. */
export type MediaKind = 'audio' | 'video';

/** A codec as SDP names it (RFC 8866 §6.6): `VP8`, `H264`, `opus`, … `fmtp` is the text behind the payload type. */
export type RtpCodec = {
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  readonly fmtp: string;
};

/**
 * One RTP packet (RFC 3550 §5.1) on its way from a source to its consumers. All consumers share it, and `bytes`
 * too: who keeps anything beyond the call copies it, and who writes into the first 12 bytes (each sender does)
 * expects others to have done the same. So fields are read from here, never from the header.
 */
export type RtpPacket = {
  /** The whole packet without header extensions: 12 bytes of header (plus CSRCs), then the payload. */
  readonly bytes: Buffer;
  /** Where the payload starts in `bytes`. A packet that was all padding has none: it only keeps the numbering whole. */
  readonly payloadOffset: number;
  readonly payloadType: number;
  readonly marker: boolean;
  /** 0 … 65535 */
  readonly sequenceNumber: number;
  /** 0 … 2³² − 1, in units of the codec's clock. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly codec: RtpCodec;
  /** Arrival on the monotonic clock, in milliseconds (`performance.now()`). */
  readonly arrivedAt: number;
  /**
   * The numbers of the picture in its payload, read once. Each sender writes them anew into the bytes, as it does the
   * header; so no other reader may look at them there. Null or absent when the codec has none.
   */
  readonly picture?: PictureNumbers | null;
  /** The same packet with the header extensions that viewers may want; null or absent when it has none of them. */
  readonly extended?: ExtendedForm | null;
  /** True when a decoder can start here: the first packet of a keyframe; always true for audio. */
  readonly keyframeStart: boolean;
};

/** What an RTCP sender report says of a stream's clocks (RFC 3550 §6.4.1). */
export type SenderClock = {
  /** The sender's wall clock in milliseconds since 1970, with fractions. */
  readonly ntpMs: number;
  readonly rtpTimestamp: number;
  readonly ssrc: number;
};

/** A receiver of a source's packets. Calls are synchronous. One that throws is reported, and other consumers are called all the same. */
export interface RtpConsumer {
  onPacket(packet: RtpPacket): void;
  onSenderClock(clock: SenderClock): void;
  /**
   * The source has come to its end, as a file that is played does: every packet was given, and none comes unless it
   * begins again. A source calls it after its last packet; live sources never do.
   */
  onEnded?(): void;
}

/** A stream of one kind that enters the pipeline; the receiving half of an endpoint. */
export interface RtpSource {
  readonly kind: MediaKind;
  /** Packets since the start; it only grows, and is looked at to tell whether media flows. */
  readonly packetCount: number;
  /** The codecs that may come, in order of preference; empty before the negotiation. */
  readonly codecs: readonly RtpCodec[];
  /** The last clock that was told, for a consumer that comes late. */
  readonly senderClock: SenderClock | null;
  addConsumer(consumer: RtpConsumer): void;
  removeConsumer(consumer: RtpConsumer): void;
  /** Asks the sender for a keyframe (RFC 4585 §6.3.1); requests are coalesced. Nothing happens for audio. */
  requestKeyframe(): void;
  /** The packets of late, for who lost some; absent when the source keeps none. */
  readonly history?: { find(sequenceNumber: number): RtpPacket | null };
  /** Everything since the last keyframe began, for who comes late; empty when a new keyframe serves better. */
  packetsSinceKeyframe?(now: number): RtpPacket[];
  /** True when no keyframe can be had for the asking, as from a file. */
  readonly hasFixedKeyframes?: boolean;
}

/** A stream of one kind that leaves the pipeline; the sending half of an endpoint, or a track of a recorder. */
export interface RtpSink {
  readonly kind: MediaKind;
  /** Packets that went through, since the start. */
  readonly packetCount: number;
  /**
   * Feeds the sink from `source` from now on; `null` cuts it off. It asks the source for a keyframe as needed,
   * and keeps sequence numbers and timestamps running across a change of source.
   */
  setSource(source: RtpSource | null): void;
  /** The codecs that this sink takes; empty before a negotiation, when nobody knows yet. */
  readonly codecs: readonly RtpCodec[];
}

/** ICE candidate as the Kurento Protocol carries it. */
type IceCandidate = { candidate: string; sdpMid: string; sdpMLineIndex: number };

/** States as Kurento spells them. */
export type IceComponentState = 'DISCONNECTED' | 'GATHERING' | 'CONNECTING' | 'CONNECTED' | 'READY' | 'FAILED';
/** States as Kurento spells them. */
export type DtlsState = 'NEW' | 'CONNECTING' | 'CONNECTED' | 'CLOSED' | 'FAILED';

/** What a peer link tells its endpoint. Nothing is told after `close()`. */
export type PeerLinkListener = DataChannelListener & {
  /** Called once for each m-line of the bundle, as Kurento does. */
  candidateFound(candidate: IceCandidate): void;
  gatheringDone(): void;
  iceStateChanged(state: IceComponentState): void;
  candidatePairSelected(pair: { localCandidate: string; remoteCandidate: string }): void;
  dtlsStateChanged(state: DtlsState): void;
};

/**
 * Counters of one stream of a peer link, of the SSRC that they name alone. Bytes are payload bytes, repeated ones
 * included; jitter and round trip are in seconds.
 */
export type RtpStats = {
  kind: MediaKind;
  direction: 'inbound' | 'outbound';
  ssrc: number;
  packets: number;
  bytes: number;
  packetsLost: number;
  /** 0 … 255, as RTCP has it. */
  fractionLost: number;
  jitter: number;
  roundTripTime: number;
  firCount: number;
  pliCount: number;
  nackCount: number;
  /** The last REMB sent (inbound) or received (outbound), in bit/s; 0 when there was none. */
  remb: number;
  /** What is being sent now in bit/s, without headers; 0 for inbound. */
  bitrate: number;
};

/** Direction of an m-line, seen by who wrote it: https://www.rfc-editor.org/rfc/rfc8866#section-6.7 */
export type SdpDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What is offered to a peer; directions are seen from us, and kinds that are left out are not offered. */
export type OfferRequest = {
  directions: Readonly<Partial<Record<MediaKind, SdpDirection>>>;
  data: boolean;
};

/** How a link gets through to its peer, beyond what its engine is set up for. */
export type LinkNetwork = {
  /** Asked for the address under which the internet sees us: https://www.rfc-editor.org/rfc/rfc8489 */
  stunServer: { address: string; port: number } | null;
  /** Relays media over UDP where there is no other way: https://www.rfc-editor.org/rfc/rfc8656 */
  turnServer: { address: string; port: number; username: string; password: string } | null;
  /** What peers are told in place of local addresses, and of those of the engine, by family. */
  announced: { readonly 4: string | null; readonly 6: string | null };
  /** The local addresses that may be told; all when null. */
  localAddresses: readonly string[] | null;
};

/** Negotiation failed; `kurentoCode` is the protocol's error code (40201 SDP_PARSE_ERROR, …). */
export class NegotiationError extends Error {
  readonly kurentoCode: number;

  constructor(kurentoCode: number, message: string) {
    super(message);
    this.name = 'NegotiationError';
    this.kurentoCode = kurentoCode;
  }
}

/**
 * One WebRTC connection to a peer: ICE, DTLS, SRTP and RTCP. Sources and sinks exist from the start, so that the
 * graph may be wired before the negotiation; they come to life with it.
 */
export interface PeerLink {
  readonly sources: Readonly<Record<MediaKind, RtpSource>>;
  readonly sinks: Readonly<Record<MediaKind, RtpSink>>;
  /** Says how to get through to the peer; without effect after the negotiation. */
  setNetwork(network: LinkNetwork): void;
  /**
   * Answers an offer, once in a life. The answer has no candidates.
   * @throws NegotiationError when the offer cannot be read or has nothing that can be answered
   */
  processOffer(sdpOffer: string): Promise<string>;
  /**
   * Makes an offer, once in a life, which `processAnswer` completes. Nothing is connected before.
   * @throws NegotiationError 40208 after a negotiation has begun
   */
  generateOffer(request: OfferRequest): string;
  /**
   * Takes the answer to our offer, and gives back our description as it stands now.
   * @throws NegotiationError when it cannot be read or takes nothing; another one may be tried then
   */
  processAnswer(sdpAnswer: string): Promise<string>;
  /** Starts gathering; candidates come through the listener. Allowed after the negotiation. */
  gatherCandidates(): void;
  /**
   * Takes a candidate of the peer, before or after the negotiation. Nonsense is ignored, as Kurento does.
   * @throws NegotiationError 40401 when, after the negotiation, it names an m-line that is not there
   */
  addCandidate(candidate: { candidate: string; sdpMid: string | null; sdpMLineIndex: number | null }): void;
  /** Which codec of pictures comes first in offers and answers from now on; null for what the peer is likeliest to send. */
  wantVideoCodec(name: string | null): void;
  /** The ceiling in kbit/s for what the peer may send, told by `b=AS` and for video by REMB; 0 means none. */
  setMaxRecvKbps(kind: MediaKind, kbps: number): void;
  stats(): RtpStats[];
  /** The data channels; null unless the negotiation has led to them. */
  readonly data: DataPort | null;
  /** Ends the connection and frees everything; may be called twice. */
  close(): void;
}

/** How the media engine is set up. */
export type MediaEngineOptions = MediaNetwork & {
  log: Log;
};

/** What a link is to be able to. */
export type PeerLinkOptions = {
  /** Data channels are accepted; otherwise their m-line is turned down. */
  acceptsData?: boolean;
};

/** What a recording to a file tells the RecorderEndpoint. */
export type FileRecordingListener = {
  /** The first media of every expected kind is there and on its way to the file. */
  started(): void;
  /** The recording broke and no more is written; what was written is kept. */
  failed(error: { errorCode: number; type: string; description: string }): void;
  /** Every source that feeds the recording has come to its end (`RtpConsumer.onEnded`); it goes on waiting for more. */
  ended(): void;
};

/** A recorder's file. Its sinks are fed like any others; no transcoding. */
export interface FileRecording {
  readonly sinks: Readonly<Record<MediaKind, RtpSink>>;
  /** Makes the file and begins to write as soon as every kind of the profile flows; resumes after `pause()`. */
  record(): void;
  /** Stops writing and leaves no hole in the file's time. */
  pause(): void;
  /** Finishes the file (duration, cues); resolves when it is on disk; may be called twice; never rejects. */
  stop(): Promise<void>;
}

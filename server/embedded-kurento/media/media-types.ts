/*
 * The types that the parts of the media server share. Kurento's elements (WebRtcEndpoint, PassThrough, …) form a
 * graph, but media does not travel through that graph. Whenever the graph changes, it is resolved to "this sink is fed
 * by that source", and packets go straight from the source to its consumers.
 */

import type { PictureNumbers } from '../../codecs/rtp-payload.ts';
import type { MediaNetwork } from '../../platform/media-network.ts';
import type { Log } from './log.ts';
import type { ExtendedForm } from './rtp/header-extensions.ts';
import type { DataChannelListener, DataPort } from './transport/data-channels.ts';

/** The kinds of media that travel as RTP. Kurento's DATA travels in data channels, see data-channels.ts. */
export type MediaKind = 'audio' | 'video';

/** A codec as SDP names it (RFC 8866 §6.6): `VP8`, `H264`, `opus`, … `fmtp` is the text after the payload type. */
export type RtpCodec = {
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  readonly fmtp: string;
};

/**
 * One RTP packet (RFC 3550 §5.1) on its way from a source to its consumers. All consumers share it, including
 * `bytes`: a consumer that keeps anything beyond the call must copy it. Each sender writes into the first 12 bytes and
 * must expect that other senders did the same, so read fields from here, never from the header.
 */
export type RtpPacket = {
  /** The whole packet without header extensions: 12 bytes of header (plus CSRCs), then the payload. */
  readonly bytes: Buffer;
  /** Where the payload starts in `bytes`. A packet of padding only has none; it just keeps the numbering complete. */
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
   * The picture numbers in the payload, read once. Each sender rewrites them in the bytes, as it does the header, so
   * nothing else may read them there. Null or absent when the codec has none.
   */
  readonly picture?: PictureNumbers | null;
  /** The same packet with the header extensions that viewers may want; null or absent when it has none of them. */
  readonly extended?: ExtendedForm | null;
  /** True when a decoder can start here: the first packet of a keyframe; always true for audio. */
  readonly keyframeStart: boolean;
};

/** The clocks of a stream, as given by an RTCP sender report (RFC 3550 §6.4.1). */
export type SenderClock = {
  /** The sender's wall clock in milliseconds since 1970, with fractions. */
  readonly ntpMs: number;
  readonly rtpTimestamp: number;
  readonly ssrc: number;
};

/** Receives a source's packets. Calls are synchronous. Errors are reported, and other consumers are still called. */
export interface RtpConsumer {
  onPacket(packet: RtpPacket): void;
  onSenderClock(clock: SenderClock): void;
  /**
   * The source has ended, such as a file that was played: every packet was delivered, and no more come unless the
   * source starts again. A source calls this after its last packet; live sources never do.
   */
  onEnded?(): void;
}

/** A stream of one kind that enters the pipeline; the receiving half of an endpoint. */
export interface RtpSource {
  readonly kind: MediaKind;
  /** Packets since the start. The count only grows, and shows whether media flows. */
  readonly packetCount: number;
  /** The codecs that may arrive, in order of preference; empty before the negotiation. */
  readonly codecs: readonly RtpCodec[];
  /** The codec of the packets that arrive now; null or absent while none have arrived, or where only one is possible. */
  readonly sentCodec?: RtpCodec | null;
  /** The last reported clock, for a consumer that joins late. */
  readonly senderClock: SenderClock | null;
  addConsumer(consumer: RtpConsumer): void;
  removeConsumer(consumer: RtpConsumer): void;
  /** Asks the sender for a keyframe (RFC 4585 §6.3.1); requests are coalesced. Nothing happens for audio. */
  requestKeyframe(): void;
  /** Recent packets, for consumers that lost some; absent when the source keeps none. */
  readonly history?: { find(sequenceNumber: number): RtpPacket | null };
  /** All packets since the start of the last keyframe, for late joiners; empty when a new keyframe is better. */
  packetsSinceKeyframe?(now: number): RtpPacket[];
  /** True when the source cannot produce a keyframe on request, such as a file. */
  readonly hasFixedKeyframes?: boolean;
}

/** A stream of one kind that leaves the pipeline; the sending half of an endpoint, or a track of a recorder. */
export interface RtpSink {
  readonly kind: MediaKind;
  /** Packets that were passed on since the start. */
  readonly packetCount: number;
  /**
   * Feeds the sink from `source` from now on; `null` disconnects it. The sink asks the source for a keyframe as needed,
   * and keeps sequence numbers and timestamps continuous when the source changes.
   */
  setSource(source: RtpSource | null): void;
  /** The codecs that this sink accepts; empty before a negotiation, when they are not known yet. */
  readonly codecs: readonly RtpCodec[];
}

/** ICE candidate as the Kurento Protocol carries it. */
type IceCandidate = { candidate: string; sdpMid: string; sdpMLineIndex: number };

/** States as Kurento spells them. */
export type IceComponentState = 'DISCONNECTED' | 'GATHERING' | 'CONNECTING' | 'CONNECTED' | 'READY' | 'FAILED';
/** States as Kurento spells them. */
export type DtlsState = 'NEW' | 'CONNECTING' | 'CONNECTED' | 'CLOSED' | 'FAILED';

/** Receives the events of a peer link, for its endpoint. None follow `close()`. */
export type PeerLinkListener = DataChannelListener & {
  /** Called once for each m-line of the bundle, as Kurento does. */
  candidateFound(candidate: IceCandidate): void;
  gatheringDone(): void;
  iceStateChanged(state: IceComponentState): void;
  candidatePairSelected(pair: { localCandidate: string; remoteCandidate: string }): void;
  dtlsStateChanged(state: DtlsState): void;
};

/**
 * Counters of one stream of a peer link, for the given SSRC only. Bytes are payload bytes, retransmissions included;
 * jitter and round trip are in seconds.
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
  /** The present sending rate in bit/s, without headers; 0 for inbound. */
  bitrate: number;
};

/** The direction of an m-line, as seen by its writer: https://www.rfc-editor.org/rfc/rfc8866#section-6.7 */
export type SdpDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What to offer to a peer. Directions are as seen from our side; omitted kinds are not offered. */
export type OfferRequest = {
  directions: Readonly<Partial<Record<MediaKind, SdpDirection>>>;
  data: boolean;
};

/** How a link reaches its peer, in addition to the engine's own configuration. */
export type LinkNetwork = {
  /** Reports our public address: https://www.rfc-editor.org/rfc/rfc8489 */
  stunServer: { address: string; port: number } | null;
  /** Relays media over UDP when no other path works: https://www.rfc-editor.org/rfc/rfc8656 */
  turnServer: { address: string; port: number; username: string; password: string } | null;
  /** The addresses announced to peers instead of the local ones and those of the engine, by family. */
  announced: { readonly 4: string | null; readonly 6: string | null };
  /** The local addresses that may be announced; all when null. */
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
 * graph can be connected before the negotiation; they become active with it.
 */
export interface PeerLink {
  readonly sources: Readonly<Record<MediaKind, RtpSource>>;
  readonly sinks: Readonly<Record<MediaKind, RtpSink>>;
  /** Sets how to reach the peer; has no effect after the negotiation. */
  setNetwork(network: LinkNetwork): void;
  /**
   * Answers an offer; possible once per link. The answer has no candidates.
   * @throws NegotiationError when the offer cannot be parsed or contains nothing that can be answered
   */
  processOffer(sdpOffer: string): Promise<string>;
  /**
   * Makes an offer; possible once per link. `processAnswer` completes it, and nothing connects before that.
   * @throws NegotiationError 40208 after a negotiation has begun
   */
  generateOffer(request: OfferRequest): string;
  /**
   * Takes the answer to our offer, and returns our updated description.
   * @throws NegotiationError when the answer cannot be parsed or accepts nothing; another answer may follow then
   */
  processAnswer(sdpAnswer: string): Promise<string>;
  /** Starts gathering; candidates are reported to the listener. Allowed after the negotiation. */
  gatherCandidates(): void;
  /**
   * Takes a candidate of the peer, before or after the negotiation. Invalid candidates are ignored, as in Kurento.
   * @throws NegotiationError 40401 when, after the negotiation, it names an m-line that does not exist
   */
  addCandidate(candidate: { candidate: string; sdpMid: string | null; sdpMLineIndex: number | null }): void;
  /** Sets the video codec that comes first in offers and answers from now on; null for the peer's likeliest choice. */
  wantVideoCodec(name: string | null): void;
  /** Limits in kbit/s what the peer may send, signalled by `b=AS` and for video by REMB; 0 means no limit. */
  setMaxRecvKbps(kind: MediaKind, kbps: number): void;
  /** Pads the video that is sent up to this bitrate in kbit/s, for some seconds; 0 ends that. */
  probe(kbps: number): void;
  /** Whether it does so: it ends by itself when that turns out to be too much. */
  readonly isProbing: boolean;
  stats(): RtpStats[];
  /** The data channels; null unless they were negotiated. */
  readonly data: DataPort | null;
  /** Ends the connection and frees everything; may be called twice. */
  close(): void;
}

/** The configuration of the media engine. */
export type MediaEngineOptions = MediaNetwork & {
  log: Log;
};

/** The optional capabilities of a peer link. */
export type PeerLinkOptions = {
  /** Whether data channels are accepted; otherwise their m-line is rejected. */
  acceptsData?: boolean;
};

/** Receives the events of a file recording, for the RecorderEndpoint. */
export type FileRecordingListener = {
  /** The first media of every expected kind has arrived and is being written. */
  started(): void;
  /** The recording failed and writes no more; everything written so far is kept. */
  failed(error: { errorCode: number; type: string; description: string }): void;
  /** Every source that feeds the recording has ended (`RtpConsumer.onEnded`); the recording still waits for more. */
  ended(): void;
};

/** A recorder's file. Its sinks are fed like any others; nothing is transcoded. */
export interface FileRecording {
  readonly sinks: Readonly<Record<MediaKind, RtpSink>>;
  /** Creates the file and starts to write as soon as every kind of the profile flows; resumes after `pause()`. */
  record(): void;
  /** Stops writing without leaving a gap in the file's time. */
  pause(): void;
  /** Finishes the file (duration, cues); resolves when it is on disk; may be called twice; never rejects. */
  stop(): Promise<void>;
}

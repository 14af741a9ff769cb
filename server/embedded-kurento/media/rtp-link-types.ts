import type { MediaKind, OfferRequest, RtpSink, RtpSource, RtpStats } from './media-types.ts';

/**
 * The SRTP crypto suites as Kurento names them, each with the length of its master key including the salt, in bytes:
 * https://www.rfc-editor.org/rfc/rfc4568#section-6.2
 */
export const srtpMasterKeyBytes = {
  AES_128_CM_HMAC_SHA1_32: 30,
  AES_128_CM_HMAC_SHA1_80: 30,
  AES_256_CM_HMAC_SHA1_32: 46,
  AES_256_CM_HMAC_SHA1_80: 46,
} as const;

/** Kurento's name of a crypto suite. */
export type SrtpSuiteName = keyof typeof srtpMasterKeyBytes;

/** An SRTP crypto suite with a master key of the required length, followed by the salt. */
export type SrtpCrypto = { readonly suite: SrtpSuiteName; readonly masterKey: Buffer };

/** The configuration of an RTP link. */
export type RtpLinkOptions = {
  /** IPv6 instead of IPv4. */
  ipv6: boolean;
  /** Protects what we send, with a suite that the peer must support; null for plain RTP. */
  crypto: SrtpCrypto | null;
};

/** Receives the events of an RTP link, for its endpoint. None follow `close()`. */
export type RtpLinkListener = {
  /** The address of a peer that had not announced one has become known. */
  connected(): void;
};

/**
 * RTP over UDP to a peer without ICE and DTLS. Each kind has a port, and its RTCP uses the next one. Sources and sinks
 * exist from the start; they become active with the negotiation.
 */
export interface RtpLink {
  readonly sources: Readonly<Record<MediaKind, RtpSource>>;
  readonly sinks: Readonly<Record<MediaKind, RtpSink>>;
  /** True when media may flow in either direction. */
  readonly isConnected: boolean;
  /**
   * Answers an offer; possible once per link.
   * @throws NegotiationError when the offer cannot be parsed or answered; another one may be tried then
   */
  processOffer(sdpOffer: string): Promise<string>;
  /**
   * Makes an offer; possible once per link. `processAnswer` completes it. Its ports are open from now on.
   * @throws NegotiationError when no ports are available
   */
  generateOffer(request: OfferRequest): Promise<string>;
  /**
   * Takes the answer to our offer, and returns our updated description.
   * @throws NegotiationError when the answer cannot be parsed or accepts nothing; another answer may follow then
   */
  processAnswer(sdpAnswer: string): Promise<string>;
  /** Sets the video codec that comes first in offers and answers from now on; null for the peer's likeliest choice. */
  wantVideoCodec(name: string | null): void;
  /** Limits in kbit/s what the peer may send, signalled by `b=AS` and for video by REMB; 0 means no limit. */
  setMaxRecvKbps(kind: MediaKind, kbps: number): void;
  stats(): RtpStats[];
  /** Sends RTCP BYE and frees everything; may be called twice. */
  close(): void;
}

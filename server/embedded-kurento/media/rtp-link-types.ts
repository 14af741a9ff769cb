import type { MediaKind, OfferRequest, RtpSink, RtpSource, RtpStats } from './media-types.ts';

/**
 * The suites of SRTP as Kurento names them, each with the length of a master key and its salt in bytes:
 * https://www.rfc-editor.org/rfc/rfc4568#section-6.2
 */
export const srtpMasterKeyBytes = {
  AES_128_CM_HMAC_SHA1_32: 30,
  AES_128_CM_HMAC_SHA1_80: 30,
  AES_256_CM_HMAC_SHA1_32: 46,
  AES_256_CM_HMAC_SHA1_80: 46,
} as const;

/** One of Kurento's names. */
export type SrtpSuiteName = keyof typeof srtpMasterKeyBytes;

/** A suite of SRTP with a master key of the length that it needs, the salt behind. */
export type SrtpCrypto = { readonly suite: SrtpSuiteName; readonly masterKey: Buffer };

/** What an RTP link is to be like. */
export type RtpLinkOptions = {
  /** IPv6 instead of IPv4. */
  ipv6: boolean;
  /** What we send is protected with, and what the peer must be able to; null for plain RTP. */
  crypto: SrtpCrypto | null;
};

/** What an RTP link tells its endpoint. Nothing is told after `close()`. */
export type RtpLinkListener = {
  /** It has become known where a peer is that had not said so. */
  connected(): void;
};

/**
 * RTP over UDP to a peer without ICE and DTLS; each kind has a port, and RTCP the next one. Sources and sinks exist
 * from the start; they come to life with the negotiation.
 */
export interface RtpLink {
  readonly sources: Readonly<Record<MediaKind, RtpSource>>;
  readonly sinks: Readonly<Record<MediaKind, RtpSink>>;
  /** True when media may go either way. */
  readonly isConnected: boolean;
  /**
   * Answers an offer, once in a life.
   * @throws NegotiationError when it cannot be read or has nothing that can be answered; another one may be tried then
   */
  processOffer(sdpOffer: string): Promise<string>;
  /**
   * Makes an offer, once in a life, which `processAnswer` completes; its ports are open from here on.
   * @throws NegotiationError when there are no ports
   */
  generateOffer(request: OfferRequest): Promise<string>;
  /**
   * Takes the answer to our offer, and gives back our description as it stands now.
   * @throws NegotiationError when it cannot be read or takes nothing; another one may be tried then
   */
  processAnswer(sdpAnswer: string): Promise<string>;
  /** Which codec of pictures comes first in offers and answers from now on; null for what the peer is likeliest to send. */
  wantVideoCodec(name: string | null): void;
  /** The ceiling in kbit/s for what the peer may send, told by `b=AS` and for video by REMB; 0 means none. */
  setMaxRecvKbps(kind: MediaKind, kbps: number): void;
  stats(): RtpStats[];
  /** Says goodbye and frees everything; may be called twice. */
  close(): void;
}

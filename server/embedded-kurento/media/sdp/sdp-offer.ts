import { parse } from 'sdp-transform';
import { type MediaKind, NegotiationError, type SdpDirection } from '../media-types.ts';
import { type ExtensionIds, extensionUris } from '../rtp/header-extensions.ts';
import { acceptedCodecName, type NegotiatedCodec, sortByPreference } from './codec-negotiation.ts';

/** Kurento's SDP_PARSE_ERROR. */
const sdpParseError = 40201;
/** Kurento's class of errors for an offer that can be parsed but not answered. */
export const sdpConfigurationError = 40206;
/** Kurento's SDP_END_POINT_PROCESS_ANSWER_ERROR. */
export const processAnswerError = 40206;
/** No browser's offer comes close to this length. */
const maxOfferLength = 200_000;
/** No browser's offer comes close to this number; each m-line that must be rejected costs time. */
const maxMedias = 64;

/** One m-line of an offer. */
export type OfferedMedia = {
  /** As in the SDP: `audio`, `video`, `application`, … */
  type: string;
  /** Null for m-lines that carry no RTP. */
  kind: MediaKind | null;
  protocol: string;
  /** The last part of the m-line, unchanged. */
  payloads: string;
  mid: string;
  direction: SdpDirection;
  /** The codecs that can be forwarded, in the offer's order. */
  codecs: readonly NegotiatedCodec[];
  /** The names of all codecs, for error messages. */
  codecNames: readonly string[];
  /** The offerer does not want it, or no longer. */
  rejected: boolean;
  reducedSizeRtcp: boolean;
  /** Of the supported header extensions. */
  extensionIds: ExtensionIds;
  /** The offerer retransmits and requests lost packets: https://www.rfc-editor.org/rfc/rfc4585#section-4.2 */
  nack: boolean;
  /** The offerer reports its own time to learn the round trip: https://www.rfc-editor.org/rfc/rfc3611#section-4.4 */
  receiverTimes: boolean;
  /** Data channels (https://www.rfc-editor.org/rfc/rfc8841); null for all other media. */
  data: { sctpPort: number } | null;
  transport: OfferedTransport | null;
};

/** The ICE and DTLS parameters of an m-line, or of the session for all m-lines. */
export type OfferedTransport = {
  iceUfrag: string;
  icePwd: string;
  /** Of the certificates that the peer may present, all with the same hash function; at least one. */
  fingerprints: readonly Fingerprint[];
  setup: string;
  iceLite: boolean;
  candidates: readonly string[];
};

/** The hash of a certificate: the function in lower case, such as `sha-256`, and upper-case hex pairs with colons. */
export type Fingerprint = { type: string; hash: string };

/** The parts of an offer that matter for the answer. */
export type Offer = {
  medias: readonly OfferedMedia[];
  /** Mids of the first BUNDLE group; empty when there is none. */
  bundle: readonly string[];
  /** It was written by a Kurento or by a server like this one; these offer everything that they could send. */
  isMediaServers: boolean;
  extmapAllowMixed: boolean;
  /** Text of `a=msid-semantic`; '' when absent. */
  msidSemantic: string;
};

type ParsedSdp = ReturnType<typeof parse>;
type ParsedMedia = ParsedSdp['media'][number];

/**
 * Reads an SDP offer (https://www.rfc-editor.org/rfc/rfc8866), or an answer, which has the same format.
 * @throws NegotiationError 40201 when it is empty, not SDP, or unreasonably long
 */
export function readOffer(text: string, what: 'offer' | 'answer' = 'offer'): Offer {
  if (text.trim() === '') throw new NegotiationError(sdpParseError, `Empty ${what} not valid`);
  if (text.length > maxOfferLength || !/^v=0\r?\n/.test(text)) throw invalidSdp();
  if ((text.match(/^m=/gm)?.length ?? 0) > maxMedias) {
    throw new NegotiationError(sdpParseError, `More than ${maxMedias} m-lines are not accepted`);
  }
  const session = parseOrThrow(text);
  if (!Array.isArray(session.media) || session.version !== 0 || session.origin === undefined) throw invalidSdp();
  const bundle = session.groups?.find((group) => group.type === 'BUNDLE');
  const [ofSession = [], ...ofMedias] = readFingerprints(text);
  return {
    medias: session.media.map((media, index) => readMedia(session, media, index, [ofMedias[index] ?? [], ofSession])),
    bundle: bundle === undefined ? [] : String(bundle.mids).split(' '),
    isMediaServers: /^s=(?:Kurento|Rostrum) Media Server\r?$/m.test(text),
    extmapAllowMixed: /^a=extmap-allow-mixed\r?$/m.test(text.split(/^m=/m)[0] ?? ''),
    msidSemantic: /^a=msid-semantic:(.*?)\r?$/m.exec(text)?.[1] ?? '',
  };
}

function invalidSdp(): NegotiationError {
  return new NegotiationError(sdpParseError, 'Invalid SDP');
}

function parseOrThrow(text: string): ParsedSdp {
  try {
    return parse(text);
  } catch {
    throw invalidSdp();
  }
}

/** The parser turns any value that looks like a number into one, despite its types, so strings are restored here. */
function readMedia(
  session: ParsedSdp,
  media: ParsedMedia,
  index: number,
  fingerprints: readonly (readonly Fingerprint[])[],
): OfferedMedia {
  const kind = media.type === 'audio' || media.type === 'video' ? media.type : null;
  const protocol = String(media.protocol);
  const isBundleOnly = media.bundleOnly !== undefined;
  return {
    type: String(media.type),
    kind: kind !== null && /RTP\/S?AVPF?$/.test(protocol) ? kind : null,
    protocol,
    payloads: String(media.payloads ?? ''),
    mid: media.mid === undefined ? String(index) : String(media.mid),
    direction: media.direction ?? session.direction ?? 'sendrecv',
    codecs: kind === null ? [] : readCodecs(kind, media),
    codecNames: [...new Set(media.rtp.map((rtp) => String(rtp.codec)))],
    // Port 0 with a=bundle-only is not a rejection: https://www.rfc-editor.org/rfc/rfc9143#section-6
    rejected: media.port === 0 && !isBundleOnly,
    reducedSizeRtcp: media.rtcpRsize !== undefined,
    extensionIds: readExtensionIds(session, media),
    nack: media.rtcpFb?.some(({ type, subtype }) => type === 'nack' && subtype === undefined) ?? false,
    receiverTimes: media.rtcpFb?.some(({ type }) => type === 'rrtr') ?? false,
    data: readData(media),
    transport: readTransport(session, media, fingerprints),
  };
}

function readExtensionIds(session: ParsedSdp, media: ParsedMedia): ExtensionIds {
  const offered = [...(media.ext ?? []), ...(session.ext ?? [])];
  const idOf = (uri: string): number => {
    // Larger ids need two-byte headers, and 15 is not an id: https://www.rfc-editor.org/rfc/rfc8285#section-4.2
    const id = offered.find((extension) => extension.uri === uri && extension.direction !== 'inactive')?.value ?? 0;
    return Number.isInteger(id) && id >= 1 && id <= 14 ? id : 0;
  };
  return {
    sendTime: idOf(extensionUris.sendTime),
    orientation: idOf(extensionUris.orientation),
    captureTime: idOf(extensionUris.captureTime),
  };
}

/** Only the current form of https://www.rfc-editor.org/rfc/rfc8841#section-5 is read, which all browsers write. */
function readData(media: ParsedMedia): OfferedMedia['data'] {
  if (media.type !== 'application' || !/^(UDP|TCP)\/DTLS\/SCTP$/.test(media.protocol)) return null;
  if (String(media.payloads ?? '') !== 'webrtc-datachannel') return null;
  const sctpPort = Number(media.sctpPort ?? 5000);
  return Number.isInteger(sctpPort) && sctpPort > 0 && sctpPort <= 65_535 ? { sctpPort } : null;
}

/** Payload types that need no rtpmap: https://www.rfc-editor.org/rfc/rfc3551#section-6 */
const staticCodecs: ReadonlyMap<number, { codec: string; rate: number }> = new Map([
  [0, { codec: 'PCMU', rate: 8000 }],
  [8, { codec: 'PCMA', rate: 8000 }],
]);

function readCodecs(kind: MediaKind, media: ParsedMedia): NegotiatedCodec[] {
  const codecs: NegotiatedCodec[] = [];
  const payloadTypes = new Set(
    String(media.payloads ?? '')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
  for (const payloadType of payloadTypes) {
    // Types 64 … 95 collide with RTCP on one port: https://www.rfc-editor.org/rfc/rfc5761#section-4
    if (!Number.isInteger(payloadType) || payloadType < 0 || payloadType > 127) continue;
    if (payloadType >= 64 && payloadType <= 95) continue;
    const rtp = media.rtp.find((entry) => entry.payload === payloadType) ?? staticCodecs.get(payloadType);
    if (rtp === undefined) continue;
    const clockRate = rtp.rate ?? 0;
    const name = acceptedCodecName(kind, String(rtp.codec), clockRate);
    if (name === null) continue;
    const channels = 'encoding' in rtp ? Number(rtp.encoding ?? 1) : 1;
    const fmtp = String(media.fmtp.find((entry) => entry.payload === payloadType)?.config ?? '');
    codecs.push({ name, clockRate, channels, fmtp, payloadType });
  }
  return codecs;
}

/** @param fingerprints those of the m-line, then those of the session, which apply to m-lines without usable ones */
function readTransport(
  session: ParsedSdp,
  media: ParsedMedia,
  fingerprints: readonly (readonly Fingerprint[])[],
): OfferedTransport | null {
  const iceUfrag = String(media.iceUfrag ?? session.iceUfrag ?? '');
  const icePwd = String(media.icePwd ?? session.icePwd ?? '');
  const usable = fingerprints.map(ofBestFunction).find((known) => known.length > 0);
  // Checked strictly, as these are passed to native code: https://www.rfc-editor.org/rfc/rfc8839#section-5.4
  if (!/^[\x21-\x7e]{4,256}$/.test(iceUfrag) || !/^[\x21-\x7e]{22,256}$/.test(icePwd)) return null;
  if (usable === undefined) return null;
  return {
    iceUfrag,
    icePwd,
    fingerprints: usable,
    setup: String(media.setup ?? session.setup ?? 'actpass'),
    iceLite: session.icelite !== undefined,
    candidates: (media.candidates ?? []).map(
      ({ foundation, component, transport, priority, ip, port, type }) =>
        `candidate:${foundation} ${component} ${transport} ${priority} ${ip} ${port} typ ${type}`,
    ),
  };
}

/** The hash functions that the native library supports, with their length in bytes, in order of preference. */
const fingerprintBytes: ReadonlyMap<string, number> = new Map([
  ['sha-256', 32],
  ['sha-384', 48],
  ['sha-512', 64],
  ['sha-224', 28],
  ['sha-1', 20],
]);

/**
 * The fingerprints of the session, then those of each m-line, if their hash function is supported. There may be
 * several, with several functions and of several certificates: https://www.rfc-editor.org/rfc/rfc8122#section-5.1.
 * The parser would keep only the last one.
 */
function readFingerprints(text: string): Fingerprint[][] {
  const sections: Fingerprint[][] = [[]];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.startsWith('m=')) sections.push([]);
    const [, type, hash] = /^a=fingerprint:\s*(\S+)\s+(\S+)\s*$/.exec(line) ?? [];
    if (type === undefined || hash === undefined || !isFingerprint(type, hash)) continue;
    sections.at(-1)?.push({ type: type.toLowerCase(), hash: hash.toUpperCase() });
  }
  return sections;
}

/** One function suffices, as each certificate has a hash by each: https://www.rfc-editor.org/rfc/rfc8122#section-5.1 */
function ofBestFunction(fingerprints: readonly Fingerprint[]): Fingerprint[] {
  const best = [...fingerprintBytes.keys()].find((name) => fingerprints.some(({ type }) => type === name));
  return fingerprints.filter(({ type }) => type === best);
}

/** https://www.rfc-editor.org/rfc/rfc8122#section-5 */
function isFingerprint(type: string, hash: string): boolean {
  const bytes = fingerprintBytes.get(type.toLowerCase());
  const pairs = hash.split(':');
  return bytes !== undefined && pairs.length === bytes && pairs.every((pair) => /^[0-9a-f]{2}$/i.test(pair));
}

/**
 * The offer with its video codecs in the order for the answer. The order of a media server means nothing. That of
 * browsers and encoders is their preference, and is kept unless the client has a preference of its own.
 */
export function orderLikeAnswer(offer: Offer, wanted: string | null): Offer {
  if (!offer.isMediaServers && wanted === null) return offer;
  const medias = offer.medias.map((media) =>
    media.kind === 'video' ? { ...media, codecs: sortByPreference(media.codecs, wanted) } : media,
  );
  return { ...offer, medias };
}

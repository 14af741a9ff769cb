import { isIP } from 'node:net';
import { parse } from 'sdp-transform';
import { isUnspecified } from '../../../platform/host-address.ts';
import { type MediaKind, NegotiationError, type SdpDirection } from '../media-types.ts';
import type { SrtpCrypto } from '../rtp-link-types.ts';
import { readCrypto, writeCrypto } from '../transport/srtp.ts';
import type { UdpAddress } from '../transport/udp-pair.ts';
import type { NegotiatedCodec } from './codec-negotiation.ts';
import { codecLines, feedbackLines, sessionLines, videoFeedback } from './sdp-lines.ts';
import { type OfferedMedia, orderLikeAnswer, readOffer, sdpConfigurationError } from './sdp-offer.ts';

/** The capabilities of this side of an RTP link. */
type RtpAbilities = { ipv6: boolean; crypto: SrtpCrypto | null };

/** One m-line of a peer that can be agreed on; directions are still as seen by the peer. */
export type RtpMedia = {
  media: OfferedMedia;
  kind: MediaKind;
  index: number;
  /** The peer's name for the m-line; null when it gave none. */
  mid: string | null;
  /** The addresses where the peer accepts RTP and RTCP; null when it accepts none, or has not announced one. */
  rtpTo: UdpAddress | null;
  rtcpTo: UdpAddress | null;
  /** The peer sends first, and expects our packets at the address that it sends from. */
  isActive: boolean;
  /** The peer accepts feedback at any time: https://www.rfc-editor.org/rfc/rfc4585#section-4 */
  takesFeedback: boolean;
  /** The peer's key with its tag; null without encryption. */
  crypto: { tag: number; key: SrtpCrypto } | null;
};

/** The usable parts of a peer's description. */
type RtpDescription = {
  /** Every m-line, in order. */
  medias: readonly OfferedMedia[];
  /** At most one of each kind, in order. */
  agreeable: readonly RtpMedia[];
};

type ParsedSdp = ReturnType<typeof parse>;
type ParsedMedia = ParsedSdp['media'][number];

/**
 * Reads an offer or answer for plain RTP or SRTP (https://www.rfc-editor.org/rfc/rfc4566, RFC 4568).
 * @param wantedVideo the codec that the answer to an offer puts first; null when the client has no preference
 * @throws NegotiationError 40201 when it is not SDP, 40206 when nothing in it can be agreed on
 */
export function readRtpDescription(
  text: string,
  abilities: RtpAbilities,
  what: 'offer' | 'answer',
  wantedVideo: string | null = null,
): RtpDescription {
  const read = readOffer(text, what);
  const { medias } = what === 'offer' ? orderLikeAnswer(read, wantedVideo) : read;
  // The same library parsed it successfully a moment ago.
  const session = parse(text);
  const readable = medias.flatMap((media, index) => {
    const parsed = session.media[index];
    return parsed === undefined ? [] : readRtpMedia(session, parsed, { media, index }, abilities);
  });
  const agreeable: RtpMedia[] = [];
  for (const kind of ['audio', 'video'] as const) {
    const ofKind = readable.filter((entry) => entry.kind === kind);
    const chosen = ofKind.find(({ media }) => media.direction !== 'inactive') ?? ofKind[0];
    if (chosen !== undefined) agreeable.push(chosen);
  }
  if (agreeable.length === 0) throw new NegotiationError(sdpConfigurationError, whyNothing(medias, abilities, what));
  return { medias, agreeable: agreeable.sort((one, other) => one.index - other.index) };
}

function readRtpMedia(
  session: ParsedSdp,
  parsed: ParsedMedia,
  { media, index }: { media: OfferedMedia; index: number },
  { ipv6, crypto }: RtpAbilities,
): RtpMedia[] {
  const { kind, protocol } = media;
  if (kind === null || media.rejected || media.codecs.length === 0) return [];
  if (!(crypto === null ? /^RTP\/AVPF?$/ : /^RTP\/SAVPF?$/).test(protocol)) return [];
  const key = crypto === null ? null : findKey(parsed, crypto);
  if (crypto !== null && key === null) return [];
  const isActive = parsed.invalid?.some(({ value }) => value === 'direction:active') ?? false;
  const { rtpTo, rtcpTo } = isActive ? { rtpTo: null, rtcpTo: null } : readPlaces(session, parsed, ipv6);
  // We cannot send to a peer that neither announces an address nor sends first.
  if (rtpTo === null && !isActive && takesMedia(media.direction) && !isOnHold(session, parsed)) return [];
  const mid = parsed.mid === undefined ? null : String(parsed.mid);
  return [{ media, kind, index, mid, rtpTo, rtcpTo, isActive, takesFeedback: protocol.endsWith('F'), crypto: key }];
}

function takesMedia(direction: SdpDirection): boolean {
  return direction === 'recvonly' || direction === 'sendrecv';
}

function addressOf(session: ParsedSdp, parsed: ParsedMedia): string {
  return String((parsed.connection ?? session.connection)?.ip ?? '');
}

function isOnHold(session: ParsedSdp, parsed: ParsedMedia): boolean {
  // Some peers write this for “on hold”: https://www.rfc-editor.org/rfc/rfc3264#section-8.4
  return isUnspecified(addressOf(session, parsed));
}

/** RTCP goes to the next port unless another one is given: https://www.rfc-editor.org/rfc/rfc3605#section-2.1 */
function readPlaces(session: ParsedSdp, parsed: ParsedMedia, ipv6: boolean): Pick<RtpMedia, 'rtpTo' | 'rtcpTo'> {
  const address = addressOf(session, parsed);
  const rtpTo = placeAt(address, parsed.port, ipv6);
  const { rtcp } = parsed;
  const rtcpTo =
    rtcp === undefined ? placeAt(address, parsed.port + 1, ipv6) : placeAt(rtcp.address ?? address, rtcp.port, ipv6);
  return { rtpTo, rtcpTo };
}

function placeAt(address: string, port: number, ipv6: boolean): UdpAddress | null {
  if (isIP(address) !== (ipv6 ? 6 : 4) || isUnspecified(address)) return null;
  return Number.isInteger(port) && port > 0 && port < 0x10000 ? { address, port } : null;
}

function findKey(parsed: ParsedMedia, ours: SrtpCrypto): RtpMedia['crypto'] {
  for (const line of parsed.crypto ?? []) {
    const masterKey = readCrypto(ours.suite, line);
    if (masterKey !== null) return { tag: Number(line.id), key: { suite: ours.suite, masterKey } };
  }
  return null;
}

function whyNothing(medias: readonly OfferedMedia[], { ipv6, crypto }: RtpAbilities, what: string): string {
  const known = medias.filter(({ kind, rejected }) => kind !== null && !rejected);
  if (known.length === 0) return `The ${what} has no audio or video`;
  const names = [...new Set(known.flatMap(({ codecNames }) => codecNames))];
  if (known.every(({ codecs }) => codecs.length === 0))
    return `No codec in common: the ${what} has ${names.join(', ')}`;
  const way = crypto === null ? 'RTP/AVP or RTP/AVPF' : `RTP/SAVP or RTP/SAVPF with a key for ${crypto.suite}`;
  return `The ${what} has no media over ${way} at an IPv${ipv6 ? 6 : 4} address`;
}

/** One of our m-lines that is in use. */
export type RtpSection = {
  kind: MediaKind;
  protocol: string;
  /** For RTP; RTCP uses the next one. */
  port: number;
  direction: SdpDirection;
  codecs: readonly NegotiatedCodec[];
  /** Null when the peer uses no mids. */
  mid: string | null;
  /** The peer sends first, and we wait for it. */
  isPassive: boolean;
  crypto: { tag: number; key: SrtpCrypto } | null;
  ssrc: number;
  cname: string;
  /** The bitrate that we accept, in kbit/s; 0 for no limit. */
  maxKbps: number;
};

/**
 * Writes a description for plain RTP or SRTP in Kurento's format.
 * @param address the address at which peers reach us
 * @param sections the m-lines in use and the rejected ones, in order
 */
export function writeRtpDescription(address: string, sections: readonly (RtpSection | OfferedMedia)[]): string {
  const place = `IN IP${address.includes(':') ? 6 : 4} ${address}`;
  const lines = sessionLines(place);
  for (const section of sections) lines.push(...('cname' in section ? activeLines(section) : rejectedLines(section)));
  return `${lines.join('\r\n')}\r\n`;
}

function activeLines(section: RtpSection): string[] {
  const { kind, protocol, port, direction, codecs, mid, crypto } = section;
  const lines = [`m=${kind} ${port} ${protocol} ${codecs.map(({ payloadType }) => payloadType).join(' ')}`];
  if (section.maxKbps > 0) lines.push(`b=AS:${section.maxKbps}`);
  lines.push(...codecLines(codecs));
  lines.push(`a=rtcp:${port + 1}`, `a=${direction}`);
  if (section.isPassive) lines.push('a=direction:passive');
  if (mid !== null) lines.push(`a=mid:${mid}`);
  if (kind === 'video' && protocol.endsWith('F')) lines.push(...feedbackLines(codecs, videoFeedback.plainRtp));
  if (crypto !== null) lines.push(`a=crypto:${writeCrypto(crypto.tag, crypto.key.suite, crypto.key.masterKey)}`);
  lines.push(`a=ssrc:${section.ssrc} cname:${section.cname}`);
  return lines;
}

/** Port 0 rejects an m-line: https://www.rfc-editor.org/rfc/rfc3264#section-6 */
function rejectedLines({ type, protocol, payloads, kind }: OfferedMedia): string[] {
  const lines = [`m=${type} 0 ${protocol} ${payloads}`.trimEnd()];
  if (kind !== null) lines.push('a=inactive');
  return lines;
}

import { type MediaDescription, parse } from 'sdp-transform';
import { AppError } from '../../lib/errors.ts';
import { kindsOf, type MediaCodecs, type MediaKind } from '../broadcast/media-gateway.ts';
import { noCodecInCommon } from './kurento-errors.ts';

/** The direction of media on a link, from the media server's point of view. */
type LinkRole = 'receives' | 'sends';

const directions = {
  receives: ['recvonly', 'sendrecv'],
  sends: ['sendonly', 'sendrecv'],
} as const;

/** The payload types of an m-line that are not media: repair, redundancy, tones and comfort noise. */
const nonMediaCodecs: ReadonlySet<string> = new Set(['RTX', 'RED', 'ULPFEC', 'FLEXFEC-03', 'CN', 'TELEPHONE-EVENT']);
/** The payload types that need no `a=rtpmap` (RFC 3551 §6), as far as browsers offer them. */
const staticPayloads: Readonly<Record<string, string>> = { 0: 'PCMU', 8: 'PCMA', 9: 'G722' };

/**
 * The codecs that an answer accepts, by kind (RFC 3264 §6: a port of zero rejects, the direction is the answerer's, and
 * the default is "sendrecv"). If there are several, it is the first, which is the preferred one (RFC 3264 §6.1) and the
 * one that browsers send.
 *
 * @throws AppError `no-common-codec` if there is none although the offer had media, `bad-offer` if it had none
 */
export function agreedCodecs(sdpOffer: string, sdpAnswer: string, role: LinkRole): MediaCodecs {
  const agreed = codecsOf(sdpAnswer, directions[role]);
  if (hasMedia(agreed)) return agreed;
  const offered = codecsOf(sdpOffer, directions[role === 'receives' ? 'sends' : 'receives']);
  if (hasMedia(offered)) throw noCodecInCommon(new Error('The answer rejects every medium of the offer.'));
  throw new AppError(
    'bad-offer',
    'The browser offered neither sound nor picture. Please make sure that it may use them, and try again.',
  );
}

/** The kinds that an offer wants to send or receive, and that the answer refuses. */
export function refusedKinds(sdpOffer: string, sdpAnswer: string, role: LinkRole): MediaKind[] {
  const wanted = kindsOf(codecsOf(sdpOffer, directions[role === 'receives' ? 'sends' : 'receives']));
  const agreed = codecsOf(sdpAnswer, directions[role]);
  return wanted.filter((kind) => agreed[kind] === undefined);
}

function hasMedia(codecs: MediaCodecs): boolean {
  return Object.keys(codecs).length > 0;
}

function codecsOf(sdp: string, wanted: readonly string[]): MediaCodecs {
  const session = parse(sdp);
  const codecs: Partial<Record<MediaKind, string>> = {};
  for (const media of session.media) {
    if (media.port === 0 || !wanted.includes(media.direction ?? session.direction ?? 'sendrecv')) continue;
    if (media.type === 'audio' || media.type === 'video') codecs[media.type] ??= firstCodec(media);
  }
  return codecs;
}

/** The order of the m-line is that of preference; the order of the `a=rtpmap` lines has no meaning. */
function firstCodec({ payloads = '', rtp }: MediaDescription): string {
  for (const payload of String(payloads).split(' ')) {
    const codec = rtp.find((map) => String(map.payload) === payload)?.codec ?? staticPayloads[payload];
    if (codec !== undefined && !nonMediaCodecs.has(codec.toUpperCase())) return codec;
  }
  return 'unknown';
}

/**
 * Returns the description with the payload types of one video codec first (RFC 3264 §6.1). A Kurento transcodes what it
 * sends to the first codec of the answer, which a show in that codec does not need.
 *
 * @param codec as SDP names it, such as `VP8`; with `null`, and if it is not in there, nothing changes
 */
export function withCodecFirst(sdp: string, codec: string | null): string {
  if (codec === null) return sdp;
  const sections = sdp.split(/^(?=m=)/m);
  return sections.map((section) => (section.startsWith('m=video ') ? codecFirst(section, codec) : section)).join('');
}

function codecFirst(section: string, codec: string): string {
  const wanted = new Set<string>();
  for (const [, payload = '', name = ''] of section.matchAll(/^a=rtpmap:(\d+) ([^/\r\n]+)/gm)) {
    if (name.toLowerCase() === codec.toLowerCase()) wanted.add(payload);
  }
  return section.replace(/^(m=video \S+ \S+) (.*?)([ \t]*)$/m, (_, start: string, list: string, end: string) => {
    const payloads = list.split(' ');
    const ordered = [...payloads.filter((one) => wanted.has(one)), ...payloads.filter((one) => !wanted.has(one))];
    return `${start} ${ordered.join(' ')}${end}`;
  });
}

/** The port that means "not known yet" with trickled candidates (RFC 8838 §4.1). */
const unknownPort = 9;

/**
 * Returns the offer with a port in every m-line that is wanted. With `bundlePolicy: 'max-bundle'` Firefox offers all
 * but the first m-line with port 0 and `a=bundle-only` (RFC 9143 §7.2.1): wanted, but over the transport of the first
 * one alone. Kurento does not support that, treats port 0 as a refusal (RFC 3264 §5.1), and answers without a picture.
 * It bundles everything in the group, so one transport still carries everything. Chromium and Safari send such offers
 * themselves.
 *
 * @param sdp the browser's offer; text that is not SDP is returned unchanged
 */
export function withPorts(sdp: string): string {
  const [session = '', ...medias] = sdp.split(/^(?=m=)/m);
  return [session, ...medias.map((media) => (bundleOnly.test(media) ? withPort(media) : media))].join('');
}

const bundleOnly = /^a=bundle-only[ \t]*(?:\r\n|\r|\n|$)/m;

/**
 * The section gets the same placeholder port as the one whose transport it shares; with a port, the attribute has no
 * meaning.
 */
function withPort(media: string): string {
  return media.replace(/^(m=\S+) 0 /, `$1 ${unknownPort} `).replace(bundleOnly, '');
}

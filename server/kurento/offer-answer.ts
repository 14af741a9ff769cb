import { type MediaDescription, parse } from 'sdp-transform';
import { AppError } from '../../lib/errors.ts';
import { kindsOf, type MediaCodecs, type MediaKind } from '../broadcast/media-gateway.ts';
import { noCodecInCommon } from './kurento-errors.ts';

/** Which way media goes through a link, as the media server sees it. */
type LinkRole = 'receives' | 'sends';

const directions = {
  receives: ['recvonly', 'sendrecv'],
  sends: ['sendonly', 'sendrecv'],
} as const;

/** What the payload types of an m-line may be beside the media: repair, redundancy, tones and comfort noise. */
const nonMediaCodecs: ReadonlySet<string> = new Set(['RTX', 'RED', 'ULPFEC', 'FLEXFEC-03', 'CN', 'TELEPHONE-EVENT']);
/** The payload types that need no `a=rtpmap` (RFC 3551 §6), as far as browsers offer them. */
const staticPayloads: Readonly<Record<string, string>> = { 0: 'PCMU', 8: 'PCMA', 9: 'G722' };

/**
 * What an answer lets through (RFC 3264 §6: a port of zero rejects, the direction is the answerer's, and "sendrecv"
 * is meant where none is given), by kind. Of several codecs it is the first, which is the one to be preferred
 * (RFC 3264 §6.1) and what browsers send.
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
    'The browser offered neither sound nor picture. Please see to it that it may use them, and try again.',
  );
}

/** The kinds that an offer wants to send, or to get, and that the answer refuses. */
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

/** In the order of the m-line, which is that of preference; the order of the `a=rtpmap` means nothing. */
function firstCodec({ payloads = '', rtp }: MediaDescription): string {
  for (const payload of String(payloads).split(' ')) {
    const codec = rtp.find((map) => String(map.payload) === payload)?.codec ?? staticPayloads[payload];
    if (codec !== undefined && !nonMediaCodecs.has(codec.toUpperCase())) return codec;
  }
  return 'unknown';
}

/** The port that stands for "not known yet" where candidates travel by themselves (RFC 8838 §4.1). */
const unknownPort = 9;

/**
 * An offer in which every m-line that is wanted has a port. With `bundlePolicy: 'max-bundle'` Firefox offers all but the
 * first m-line with port 0 and `a=bundle-only` (RFC 9143 §7.2.1): wanted, but over the transport of the first one alone.
 * Kurento knows nothing of that, takes port 0 for a refusal (RFC 3264 §5.1), and answers without a picture. It bundles
 * whatever is in the group, so all goes over one transport all the same. Chromium and Safari offer it in this way.
 *
 * @param sdp the browser's offer; what is no SDP is returned as it is
 */
export function withPorts(sdp: string): string {
  const [session = '', ...medias] = sdp.split(/^(?=m=)/m);
  return [session, ...medias.map((media) => (bundleOnly.test(media) ? withPort(media) : media))].join('');
}

const bundleOnly = /^a=bundle-only[ \t]*(?:\r\n|\r|\n|$)/m;

/** The port is that of the transport over which it will go; the attribute means nothing beside a port. */
function withPort(media: string): string {
  return media.replace(/^(m=\S+) 0 /, `$1 ${unknownPort} `).replace(bundleOnly, '');
}

import { parse } from 'sdp-transform';
import { AppError } from '../../lib/errors.ts';
import type { MediaKind } from '../broadcast/media-gateway.ts';
import { noCodecInCommon } from './kurento-errors.ts';

/** Which way media goes through a link, as the media server sees it. */
export type LinkRole = 'receives' | 'sends';

const directions = {
  receives: ['recvonly', 'sendrecv'],
  sends: ['sendonly', 'sendrecv'],
} as const;

/**
 * The kinds of media that an answer lets through (RFC 3264 §6: a port of zero rejects, the direction is the
 * answerer's, and "sendrecv" is meant where none is given).
 *
 * @throws AppError `no-common-codec` if there is none although the offer had media, `bad-offer` if it had none
 */
export function agreedKinds(sdpOffer: string, sdpAnswer: string, role: LinkRole): MediaKind[] {
  const kinds = kindsOf(sdpAnswer, directions[role]);
  if (kinds.length > 0) return kinds;
  const offered = kindsOf(sdpOffer, directions[role === 'receives' ? 'sends' : 'receives']);
  if (offered.length > 0) throw noCodecInCommon(new Error('The answer rejects every medium of the offer.'));
  throw new AppError(
    'bad-offer',
    'The browser offered neither sound nor picture. Please see to it that it may use them, and try again.',
  );
}

function kindsOf(sdp: string, wanted: readonly string[]): MediaKind[] {
  const session = parse(sdp);
  const kinds = new Set<MediaKind>();
  for (const media of session.media) {
    if (media.port === 0 || !wanted.includes(media.direction ?? session.direction ?? 'sendrecv')) continue;
    if (media.type === 'audio' || media.type === 'video') kinds.add(media.type);
  }
  return [...kinds];
}

import type { NegotiatedCodec } from './codecs.ts';
import type { Offer } from './sdp-offer.ts';

/** The codecs of pictures, those that browsers send first by themselves before the others. */
const byLikelihood: readonly string[] = ['VP8', 'H264', 'VP9', 'AV1'];

/**
 * Orders codecs for a peer that goes by the first one: https://www.rfc-editor.org/rfc/rfc3264#section-6.1. A Kurento sends
 * nothing else, and transcodes to it what is in another codec; the codec of the show costs it nothing.
 * @param wanted what comes first where it is among them; null when the client has not said
 */
export function likeliestFirst(codecs: readonly NegotiatedCodec[], wanted: string | null): NegotiatedCodec[] {
  const rank = ({ name }: NegotiatedCodec): number => (name === wanted ? -1 : byLikelihood.indexOf(name));
  return codecs.toSorted((one, other) => rank(one) - rank(other));
}

/**
 * The offer with the codecs of its pictures in the order in which they are to be answered. The order of a media server tells
 * nothing; that of browsers and encoders is what they prefer, and stays unless the client has said what it wants.
 */
export function inAnsweredOrder(offer: Offer, wanted: string | null): Offer {
  if (!offer.isMediaServers && wanted === null) return offer;
  const medias = offer.medias.map((media) =>
    media.kind === 'video' ? { ...media, codecs: likeliestFirst(media.codecs, wanted) } : media,
  );
  return { ...offer, medias };
}

import type { MediaKind, RtpCodec } from '../media-types.ts';

/** A codec together with the payload type that an SDP gives it. */
export type NegotiatedCodec = RtpCodec & { readonly payloadType: number };

const acceptedCodecs: Readonly<Record<MediaKind, ReadonlyMap<string, { name: string; clockRate: number }>>> = {
  audio: new Map([
    ['opus', { name: 'opus', clockRate: 48_000 }],
    ['pcmu', { name: 'PCMU', clockRate: 8000 }],
    ['pcma', { name: 'PCMA', clockRate: 8000 }],
  ]),
  video: new Map([
    ['av1', { name: 'AV1', clockRate: 90_000 }],
    ['vp9', { name: 'VP9', clockRate: 90_000 }],
    ['vp8', { name: 'VP8', clockRate: 90_000 }],
    ['h264', { name: 'H264', clockRate: 90_000 }],
  ]),
};

/** The usual spelling of a codec's name when media of that kind can be forwarded in it, else null. */
export function acceptedCodecName(kind: MediaKind, name: string, clockRate: number): string | null {
  const accepted = acceptedCodecs[kind].get(name.toLowerCase());
  return accepted !== undefined && accepted.clockRate === clockRate ? accepted.name : null;
}

/** One parameter out of an `a=fmtp` text, in lower case; '' when absent. */
function parameter(codec: RtpCodec, name: string): string {
  for (const part of codec.fmtp.split(';')) {
    const [key, value] = part.split('=');
    if (key?.trim().toLowerCase() === name) return (value ?? '').trim().toLowerCase();
  }
  return '';
}

/**
 * How well a stream in `sent` suits a receiver's `offered`: 0 when it does not, the higher the better. Profiles
 * decide for H264 (https://www.rfc-editor.org/rfc/rfc6184#section-8.1), VP9 and AV1.
 */
function likeness(sent: RtpCodec, offered: RtpCodec): number {
  if (sent.name !== offered.name || sent.clockRate !== offered.clockRate) return 0;
  switch (sent.name) {
    case 'H264': {
      const mode = parameter(sent, 'packetization-mode') || '0';
      if (mode !== (parameter(offered, 'packetization-mode') || '0')) return 0;
      const sentProfile = parameter(sent, 'profile-level-id') || '42000a';
      const offeredProfile = parameter(offered, 'profile-level-id') || '42000a';
      if (sentProfile.slice(0, 4) === offeredProfile.slice(0, 4)) return 3;
      // Browsers decode a neighbouring profile all the same, which beats a black picture.
      return sentProfile.slice(0, 2) === offeredProfile.slice(0, 2) ? 2 : 1;
    }
    case 'VP9':
      return (parameter(sent, 'profile-id') || '0') === (parameter(offered, 'profile-id') || '0') ? 3 : 0;
    case 'AV1':
      return (parameter(sent, 'profile') || '0') === (parameter(offered, 'profile') || '0') ? 3 : 0;
    default:
      return 3;
  }
}

/** The receiver's codec that suits a stream best, or null when it takes none like it. */
export function matchCodec(sent: RtpCodec, offered: readonly NegotiatedCodec[]): NegotiatedCodec | null {
  let best: NegotiatedCodec | null = null;
  let bestLikeness = 0;
  for (const codec of offered) {
    const alike = likeness(sent, codec);
    if (alike > bestLikeness) {
      best = codec;
      bestLikeness = alike;
    }
  }
  return best;
}

/** The codecs of pictures, those that browsers send first by themselves before the others. */
const byLikelihood: readonly string[] = ['VP8', 'H264', 'VP9', 'AV1'];

/**
 * Orders codecs for a peer that goes by the first one: https://www.rfc-editor.org/rfc/rfc3264#section-6.1. A Kurento sends
 * nothing else, and transcodes to it what is in another codec; the codec of the show costs it nothing.
 * @param wanted what comes first where it is among them; null when the client has not said
 */
export function sortByPreference(codecs: readonly NegotiatedCodec[], wanted: string | null): NegotiatedCodec[] {
  const rank = ({ name }: NegotiatedCodec): number => (name === wanted ? -1 : byLikelihood.indexOf(name));
  return codecs.toSorted((one, other) => rank(one) - rank(other));
}

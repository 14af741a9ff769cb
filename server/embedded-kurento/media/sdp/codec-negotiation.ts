import type { MediaKind, RtpCodec, RtpPacket } from '../media-types.ts';

/** A codec with its payload type in an SDP. */
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

/** The usual spelling of a codec's name if media of that kind can be forwarded with it, else null. */
export function acceptedCodecName(kind: MediaKind, name: string, clockRate: number): string | null {
  const accepted = acceptedCodecs[kind].get(name.toLowerCase());
  return accepted !== undefined && accepted.clockRate === clockRate ? accepted.name : null;
}

/** One parameter of an `a=fmtp` text, in lower case; '' when absent. */
function parameter(codec: RtpCodec, name: string): string {
  for (const part of codec.fmtp.split(';')) {
    const [key, value] = part.split('=');
    if (key?.trim().toLowerCase() === name) return (value ?? '').trim().toLowerCase();
  }
  return '';
}

/**
 * How well a stream in `sent` matches a receiver's `offered` codec: 0 when it does not, higher is better. The profile
 * decides for H264 (https://www.rfc-editor.org/rfc/rfc6184#section-8.1), VP9 and AV1.
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
      // Browsers decode a neighbouring profile as well, which is better than a black picture.
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

/** The receiver's codec that matches a stream best, or null when none does. */
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

/** The codec of the packets that are sent to a receiver now, cached so that it is not looked up for every packet. */
export class AdoptedCodec {
  /** The payload type at the source; −1 while there is none. */
  payloadType = -1;
  clockRate = 90_000;
  /** A payload type that the receiver cannot decode. */
  #refused = -1;

  /** The source is another one. */
  forget(): void {
    this.payloadType = -1;
    this.#refused = -1;
  }

  /** The receiver's codec for a packet whose payload type is another one; `null` if it has none. */
  adopt({ payloadType, codec }: RtpPacket, offered: readonly NegotiatedCodec[]): NegotiatedCodec | null {
    const match = payloadType === this.#refused ? null : matchCodec(codec, offered);
    if (match === null) this.#refused = payloadType;
    else {
      this.payloadType = payloadType;
      this.clockRate = codec.clockRate;
    }
    return match;
  }
}

/** The video codecs, in the order in which browsers are likely to send them by default. */
const byLikelihood: readonly string[] = ['VP8', 'H264', 'VP9', 'AV1'];

/**
 * Orders codecs for a peer that uses the first one: https://www.rfc-editor.org/rfc/rfc3264#section-6.1. A Kurento sends
 * only that codec, and transcodes everything else to it; if it is the codec of the show, no transcoding is needed.
 * @param wanted the codec that comes first if it is among them; null when the client has no preference
 */
export function sortByPreference(codecs: readonly NegotiatedCodec[], wanted: string | null): NegotiatedCodec[] {
  const rank = ({ name }: NegotiatedCodec): number => (name === wanted ? -1 : byLikelihood.indexOf(name));
  return codecs.toSorted((one, other) => rank(one) - rank(other));
}

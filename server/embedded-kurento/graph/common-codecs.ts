import type { RtpCodec } from '../media/media-types.ts';

/** True when packets of one codec can be sent as the other. */
export function sameCodec(one: RtpCodec, other: RtpCodec): boolean {
  if (one.name.toLowerCase() !== other.name.toLowerCase() || one.clockRate !== other.clockRate) return false;
  return one.name.toLowerCase() !== 'h264' || packetizationMode(one) === packetizationMode(other);
}

/** True when the lists share a codec, or when one of them is not known yet. */
export function haveCommonCodec(one: readonly RtpCodec[], other: readonly RtpCodec[]): boolean {
  if (one.length === 0 || other.length === 0) return true;
  return one.some((codec) => other.some((candidate) => sameCodec(codec, candidate)));
}

/** The codecs' names for a message: `VP8, H264`. */
export function codecNames(codecs: readonly RtpCodec[]): string {
  return [...new Set(codecs.map((codec) => codec.name))].join(', ');
}

/** How H.264 is packetized (RFC 6184 §8.1); 0 when not given. */
function packetizationMode(codec: RtpCodec): string {
  return /(?:^|[;\s])packetization-mode=(\d)/.exec(codec.fmtp)?.[1] ?? '0';
}

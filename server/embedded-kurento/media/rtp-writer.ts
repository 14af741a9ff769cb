import type { NegotiatedCodec } from './codecs.ts';
import type { MediaKind, SdpDirection } from './media-types.ts';
import type { SrtpCrypto } from './rtp-link-types.ts';
import { codecLines, feedbackLines, sessionLines } from './sdp-lines.ts';
import type { OfferedMedia } from './sdp-offer.ts';
import { writeCrypto } from './srtp-keys.ts';

/** One m-line of ours that lives. */
export type RtpSection = {
  kind: MediaKind;
  protocol: string;
  /** For RTP; RTCP has the next one. */
  port: number;
  direction: SdpDirection;
  codecs: readonly NegotiatedCodec[];
  /** Null when nobody asked for names. */
  mid: string | null;
  /** The peer comes by itself, and we wait for it. */
  isPassive: boolean;
  crypto: { tag: number; key: SrtpCrypto } | null;
  ssrc: number;
  cname: string;
  /** What we take, in kbit/s; 0 for anything. */
  maxKbps: number;
};

const VIDEO_FEEDBACK = ['nack', 'nack pli', 'ccm fir', 'goog-remb'];

/**
 * Writes a description for plain RTP or SRTP in the shape of Kurento's.
 * @param address where we are reached
 * @param sections what lives, and in between what is turned down
 */
export function writeRtpDescription(address: string, sections: readonly (RtpSection | OfferedMedia)[]): string {
  const place = `IN IP${address.includes(':') ? 6 : 4} ${address}`;
  const lines = sessionLines(place);
  for (const section of sections) lines.push(...('cname' in section ? livingLines(section) : rejectedLines(section)));
  return `${lines.join('\r\n')}\r\n`;
}

function livingLines(section: RtpSection): string[] {
  const { kind, protocol, port, direction, codecs, mid, crypto } = section;
  const lines = [`m=${kind} ${port} ${protocol} ${codecs.map(({ payloadType }) => payloadType).join(' ')}`];
  if (section.maxKbps > 0) lines.push(`b=AS:${section.maxKbps}`);
  lines.push(...codecLines(codecs));
  lines.push(`a=rtcp:${port + 1}`, `a=${direction}`);
  if (section.isPassive) lines.push('a=direction:passive');
  if (mid !== null) lines.push(`a=mid:${mid}`);
  if (kind === 'video' && protocol.endsWith('F')) lines.push(...feedbackLines(codecs, VIDEO_FEEDBACK));
  if (crypto !== null) lines.push(`a=crypto:${writeCrypto(crypto.tag, crypto.key.suite, crypto.key.masterKey)}`);
  lines.push(`a=ssrc:${section.ssrc} cname:${section.cname}`);
  return lines;
}

/** Port 0 turns an m-line down: https://www.rfc-editor.org/rfc/rfc3264#section-6 */
function rejectedLines({ type, protocol, payloads, kind }: OfferedMedia): string[] {
  const lines = [`m=${type} 0 ${protocol} ${payloads}`.trimEnd()];
  if (kind !== null) lines.push('a=inactive');
  return lines;
}

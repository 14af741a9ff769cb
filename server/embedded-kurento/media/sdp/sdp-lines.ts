import type { NegotiatedCodec } from './codec-negotiation.ts';

/** Our side of the connection, as it appears in a description. */
export type LocalTransport = { iceUfrag: string; icePwd: string; fingerprint: string };

/** The maximum size of a data channel message that the native library accepts. */
const maxMessageBytes = 262_144;

/**
 * The first lines of a description: https://www.rfc-editor.org/rfc/rfc8866#section-5
 * @param place the network type, address family and address, such as `IN IP4 0.0.0.0`
 */
export function sessionLines(place = 'IN IP4 0.0.0.0'): string[] {
  const sessionId = 1 + Math.floor(Math.random() * 0xfffffffe);
  return ['v=0', `o=- ${sessionId} ${sessionId} ${place}`, 's=Rostrum Media Server', `c=${place}`, 't=0 0'];
}

/** https://www.rfc-editor.org/rfc/rfc8866#section-6.6 */
export function rtpmapLine({ payloadType, name, clockRate, channels }: NegotiatedCodec): string {
  return `a=rtpmap:${payloadType} ${name}/${clockRate}${channels > 1 ? `/${channels}` : ''}`;
}

/** The names and parameters of codecs. Static types need no name: https://www.rfc-editor.org/rfc/rfc3551#section-6 */
export function codecLines(codecs: readonly NegotiatedCodec[]): string[] {
  return codecs.flatMap((codec) => [
    ...(codec.payloadType >= 96 ? [rtpmapLine(codec)] : []),
    ...(codec.fmtp === '' ? [] : [`a=fmtp:${codec.payloadType} ${codec.fmtp}`]),
  ]);
}

/** The feedback types for video: the same everywhere, each time in Kurento's order. */
export const videoFeedback = {
  answer: ['goog-remb', 'ccm fir', 'nack', 'nack pli'],
  offer: ['nack', 'nack pli', 'goog-remb', 'ccm fir'],
  plainRtp: ['nack', 'nack pli', 'ccm fir', 'goog-remb'],
} as const;

/** https://www.rfc-editor.org/rfc/rfc4585#section-4.2, in the order of `feedback` for each codec. */
export function feedbackLines(codecs: readonly NegotiatedCodec[], feedback: readonly string[]): string[] {
  return codecs.flatMap(({ payloadType }) => feedback.map((kind) => `a=rtcp-fb:${payloadType} ${kind}`));
}

/** The lines that describe data channels: https://www.rfc-editor.org/rfc/rfc8841#section-5 */
export function dataLines(sctpPort = 5000): string[] {
  return [`a=sctp-port:${sctpPort}`, `a=max-message-size:${maxMessageBytes}`];
}

/** The transport lines of an m-line, with our credentials and fingerprint. */
export function transportLines({ iceUfrag, icePwd, fingerprint }: LocalTransport): string[] {
  return [`a=ice-ufrag:${iceUfrag}`, `a=ice-pwd:${icePwd}`, `a=fingerprint:${fingerprint}`];
}

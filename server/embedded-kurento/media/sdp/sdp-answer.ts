import { type MediaKind, NegotiationError, type SdpDirection } from '../media-types.ts';
import { extensionUris } from '../rtp/header-extensions.ts';
import {
  dataLines,
  feedbackLines,
  type LocalTransport,
  rtpmapLine,
  sessionLines,
  transportLines,
  videoFeedback,
} from './sdp-lines.ts';
import { type Offer, type OfferedMedia, type OfferedTransport, sdpConfigurationError } from './sdp-offer.ts';

/** The plan for an offer: which m-lines are used, and how the peer is reached. */
export type AnswerPlan = {
  offer: Offer;
  /** At most one of each kind; the position is that of the offer. */
  active: readonly { media: OfferedMedia; kind: MediaKind; index: number; direction: SdpDirection }[];
  /** The m-line of data channels; null when there is none or it is not wanted. */
  data: { media: OfferedMedia; index: number; sctpPort: number } | null;
  transport: OfferedTransport;
  /** Our side of the DTLS handshake: https://www.rfc-editor.org/rfc/rfc8842#section-5.3 */
  setup: 'active' | 'passive';
};

/** The direction in the answer for each direction in the offer. */
export const mirrored: Readonly<Record<SdpDirection, SdpDirection>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/**
 * Chooses the parts of an offer that are accepted.
 * @param acceptsData whether data channels are wanted
 * @throws NegotiationError 40206 when there is nothing that can be answered
 */
export function planAnswer(offer: Offer, acceptsData = false): AnswerPlan {
  const usable = offer.medias
    .map((media, index) => ({ media, index }))
    .filter(({ media }) => media.kind !== null && !media.rejected && media.codecs.length > 0);
  // One transport carries everything, so only m-lines that the offerer lets us bundle can be used.
  const bundled =
    offer.bundle.length > 0 ? usable.filter(({ media }) => offer.bundle.includes(media.mid)) : usable.slice(0, 1);
  const active: AnswerPlan['active'][number][] = [];
  for (const kind of ['audio', 'video'] as const) {
    const candidates = bundled.filter(({ media }) => media.kind === kind);
    const chosen = candidates.find(({ media }) => media.direction !== 'inactive') ?? candidates[0];
    if (chosen !== undefined) active.push({ ...chosen, kind, direction: mirrored[chosen.media.direction] });
  }
  active.sort((one, other) => one.index - other.index);
  const data = acceptsData ? findData(offer) : null;
  if (active.length === 0 && data === null) throw new NegotiationError(sdpConfigurationError, whyNothing(offer));
  const transport = findTransport(offer, data === null ? active : [...active, data]);
  if (transport === null) {
    const message = 'The offer has no usable ICE credentials and DTLS fingerprint';
    throw new NegotiationError(sdpConfigurationError, message);
  }
  return { offer, active, data, transport, setup: transport.setup === 'active' ? 'passive' : 'active' };
}

function findData(offer: Offer): AnswerPlan['data'] {
  const isBundled = ({ mid }: OfferedMedia): boolean =>
    offer.bundle.length > 0 ? offer.bundle.includes(mid) : offer.medias.length === 1;
  const index = offer.medias.findIndex((media) => media.data !== null && !media.rejected && isBundled(media));
  const media = offer.medias[index];
  return media === undefined || media.data === null ? null : { media, index, sctpPort: media.data.sctpPort };
}

function whyNothing(offer: Offer): string {
  const names = [...new Set(offer.medias.flatMap((media) => media.codecNames))];
  if (names.length === 0) return 'The offer has no audio or video to answer';
  return `No codec in common: the offer has ${names.join(', ')}`;
}

/** Bundled m-lines may omit the parameters that the first of their group has. */
export function findTransport(offer: Offer, active: readonly { media: OfferedMedia }[]): OfferedTransport | null {
  for (const { media } of active) if (media.transport !== null) return media.transport;
  const tagged = offer.medias.find((media) => media.mid === offer.bundle[0]);
  return tagged?.transport ?? null;
}

/** Reads our side of the connection from the native library's own description. */
export function readLocalTransport(sdp: string): LocalTransport {
  const find = (name: string): string => new RegExp(`^a=${name}:(.*?)\\r?$`, 'm').exec(sdp)?.[1] ?? '';
  return { iceUfrag: find('ice-ufrag'), icePwd: find('ice-pwd'), fingerprint: find('fingerprint') };
}

/** The names of the streams that we send, which our reports use as well. */
export type LocalStreams = { cname: string; ssrcs: Readonly<Record<MediaKind, number>> };

/**
 * Writes the SDP answer in Kurento's format, without candidates.
 * @param maxKbps the bitrate that we accept for each kind; 0 for no limit
 */
export function writeAnswer(
  plan: Omit<AnswerPlan, 'transport'>,
  transport: LocalTransport,
  streams: LocalStreams,
  maxKbps: Readonly<Record<MediaKind, number>> = { audio: 0, video: 0 },
): string {
  const { offer, active } = plan;
  const lines = sessionLines();
  if (offer.extmapAllowMixed) lines.push('a=extmap-allow-mixed');
  if (offer.msidSemantic !== '') lines.push(`a=msid-semantic:${offer.msidSemantic}`);
  if (offer.bundle.length > 0)
    lines.push(
      `a=group:BUNDLE ${activeSections(plan)
        .map(({ media }) => media.mid)
        .join(' ')}`,
    );
  offer.medias.forEach((media, index) => {
    const section = active.find((entry) => entry.index === index);
    if (plan.data?.index === index) lines.push(...dataSection(media, plan, transport));
    else if (section === undefined) lines.push(...rejectedSection(media));
    else lines.push(...activeSection(section, plan, transport, streams, maxKbps[section.kind]));
  });
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * The answer to a peer that does not support ICE and DTLS: every m-line is rejected.
 * @returns null for any other offer
 */
export function rejectPlainRtp(offer: Offer): string | null {
  if (offer.medias.length === 0 || !offer.medias.every(({ protocol }) => /^RTP\/AVPF?$/.test(protocol))) return null;
  const nothing = { iceUfrag: '', icePwd: '', fingerprint: '' };
  const noStreams = { cname: '', ssrcs: { audio: 0, video: 0 } };
  return writeAnswer({ offer, active: [], data: null, setup: 'active' }, nothing, noStreams);
}

/** All m-lines that are used, in the offer's order. */
export function activeSections({
  active,
  data,
}: Pick<AnswerPlan, 'active' | 'data'>): { media: OfferedMedia; index: number }[] {
  const living = active.map(({ media, index }) => ({ media, index }));
  if (data !== null) living.push({ media: data.media, index: data.index });
  return living.sort((one, other) => one.index - other.index);
}

function dataSection(media: OfferedMedia, { setup }: Pick<AnswerPlan, 'setup'>, transport: LocalTransport): string[] {
  return [
    `m=application 1 ${media.protocol} webrtc-datachannel`,
    `a=mid:${media.mid}`,
    `a=setup:${setup}`,
    ...dataLines(),
    ...transportLines(transport),
  ];
}

/** Port 0 rejects an m-line: https://www.rfc-editor.org/rfc/rfc3264#section-6 */
function rejectedSection(media: OfferedMedia): string[] {
  const lines = [`m=${media.type} 0 ${media.protocol} ${media.payloads}`.trimEnd(), 'c=IN IP4 0.0.0.0'];
  if (media.kind !== null) lines.push('a=inactive');
  lines.push(`a=mid:${media.mid}`);
  return lines;
}

function activeSection(
  { media, kind, direction }: AnswerPlan['active'][number],
  plan: Pick<AnswerPlan, 'setup'>,
  transport: LocalTransport,
  streams: LocalStreams,
  maxKbps: number,
): string[] {
  const { codecs } = media;
  const lines = [
    `m=${media.type} 1 ${media.protocol} ${codecs.map((codec) => codec.payloadType).join(' ')}`,
    ...(maxKbps > 0 ? [`b=AS:${maxKbps}`] : []),
    ...extensionLines(media, direction),
    `a=${direction}`,
    `a=mid:${media.mid}`,
    'a=rtcp:9 IN IP4 0.0.0.0',
  ];
  lines.push(...codecs.map(rtpmapLine));
  if (kind === 'video') lines.push(...feedbackLines(codecs, videoFeedback.answer));
  if (media.receiverTimes) lines.push(...feedbackLines(codecs, ['rrtr']));
  if (kind === 'audio' && media.nack) lines.push(...feedbackLines(codecs, ['nack']));
  lines.push(`a=setup:${plan.setup}`, 'a=rtcp-mux');
  if (media.reducedSizeRtcp) lines.push('a=rtcp-rsize');
  for (const { payloadType, fmtp } of codecs) if (fmtp !== '') lines.push(`a=fmtp:${payloadType} ${fmtp}`);
  // Kurento has no a=msid; with it, browsers know that audio and video belong together and keep them in sync.
  if (direction === 'sendonly' || direction === 'sendrecv') lines.push(`a=msid:${streams.cname} ${kind}0`);
  lines.push(`a=ssrc:${streams.ssrcs[kind]} cname:${streams.cname}`, ...transportLines(transport));
  return lines;
}

/**
 * The ids are the offer's: https://www.rfc-editor.org/rfc/rfc8285#section-6. Rotation by the receiver is not negotiated
 * (`urn:3gpp:video-orientation`), so senders rotate pictures before they encode them, and recordings are upright too:
 * https://www.rfc-editor.org/rfc/rfc7742#section-4
 */
function extensionLines({ extensionIds }: OfferedMedia, direction: SdpDirection): string[] {
  const { sendTime, captureTime } = extensionIds;
  const lines: string[] = [];
  // The send time is read when we receive, and not written when we send.
  const receives = direction === 'recvonly' || direction === 'sendrecv';
  if (receives && sendTime > 0) lines.push(`a=extmap:${sendTime} ${extensionUris.sendTime}`);
  if (captureTime > 0) lines.push(`a=extmap:${captureTime} ${extensionUris.captureTime}`);
  return lines;
}

/**
 * The offer that the native library gets: one m-line that represents the whole bundle. So the library delivers every
 * packet of the connection to us whatever its SSRC, and keeps a single track; and only validated text from a peer
 * reaches native code.
 */
export function writeTransportOffer({ transport, setup, data }: AnswerPlan): string {
  // The library keeps only one fingerprint; if there are more, the transport compares them itself.
  const [fingerprint] = transport.fingerprints;
  const bundle = data === null ? 'a=group:BUNDLE 0' : 'a=group:BUNDLE 0 1';
  const lines = ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', bundle];
  const setupLine = `a=setup:${setup === 'passive' ? 'active' : transport.setup === 'passive' ? 'passive' : 'actpass'}`;
  const peerLines = [
    'a=ice-options:trickle',
    `a=ice-ufrag:${transport.iceUfrag}`,
    `a=ice-pwd:${transport.icePwd}`,
    `a=fingerprint:${fingerprint?.type} ${fingerprint?.hash}`,
    setupLine,
  ];
  if (transport.iceLite) lines.push('a=ice-lite');
  lines.push(
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    ...peerLines,
    'a=rtpmap:96 VP8/90000',
  );
  if (data !== null) {
    lines.push('m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', 'a=mid:1', ...peerLines);
    lines.push(...dataLines(data.sctpPort));
  }
  return `${lines.join('\r\n')}\r\n`;
}

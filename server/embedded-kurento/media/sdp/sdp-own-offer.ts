import { randomBytes } from 'node:crypto';
import { type MediaKind, NegotiationError, type OfferRequest, type SdpDirection } from '../media-types.ts';
import { matchCodec, type NegotiatedCodec, sortByPreference } from './codec-negotiation.ts';
import { type AnswerPlan, findTransport, type LocalStreams } from './sdp-answer.ts';
import {
  codecLines,
  dataLines,
  feedbackLines,
  type LocalTransport,
  sessionLines,
  transportLines,
  videoFeedback,
} from './sdp-lines.ts';
import { type Offer, processAnswerError } from './sdp-offer.ts';

/** One m-line of our own offer. */
export type OfferedSection = {
  kind: MediaKind;
  mid: string;
  direction: SdpDirection;
  codecs: readonly NegotiatedCodec[];
};

/** Our own offer; data channels come last. */
export type OwnOffer = { sections: readonly OfferedSection[]; dataMid: string | null };

const codec = (payloadType: number, name: string, clockRate: number, channels = 1, fmtp = ''): NegotiatedCodec => ({
  payloadType,
  name,
  clockRate,
  channels,
  fmtp,
});

/** The codecs that we offer, with Kurento's payload types and in its order. */
export const offeredCodecs: Readonly<Record<MediaKind, readonly NegotiatedCodec[]>> = {
  audio: [codec(96, 'opus', 48_000, 2), codec(0, 'PCMU', 8_000), codec(8, 'PCMA', 8_000)],
  video: [
    codec(100, 'AV1', 90_000),
    codec(101, 'VP9', 90_000, 1, 'profile-id=0'),
    codec(102, 'VP8', 90_000),
    codec(103, 'H264', 90_000, 1, 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'),
  ],
};

/**
 * The m-lines for a request; mids are Kurento's.
 * @param wantedVideo the codec that comes first; null for the likeliest one
 */
export function planOffer({ directions, data }: OfferRequest, wantedVideo: string | null = null): OwnOffer {
  const ordered = { audio: offeredCodecs.audio, video: sortByPreference(offeredCodecs.video, wantedVideo) };
  const sections = (['audio', 'video'] as const).flatMap((kind): OfferedSection[] => {
    const direction = directions[kind];
    return direction === undefined ? [] : [{ kind, mid: `${kind}0`, direction, codecs: ordered[kind] }];
  });
  return { sections, dataMid: data ? 'application0' : null };
}

/** ICE credentials: https://www.rfc-editor.org/rfc/rfc8839#section-5.4 requires at least 24 and 128 bits. */
export function makeIceCredentials(): { iceUfrag: string; icePwd: string } {
  return { iceUfrag: randomBytes(3).toString('base64'), icePwd: randomBytes(18).toString('base64') };
}

/**
 * Writes an offer in Kurento's format, without candidates.
 * @param maxKbps the bitrate that we accept for each kind; 0 for no limit
 */
export function writeOffer(
  { sections, dataMid }: OwnOffer,
  transport: LocalTransport,
  streams: LocalStreams,
  maxKbps: Readonly<Record<MediaKind, number>>,
): string {
  const mids = [...sections.map(({ mid }) => mid), ...(dataMid === null ? [] : [dataMid])];
  const lines = [...sessionLines(), `a=group:BUNDLE ${mids.join(' ')}`];
  for (const { kind, mid, direction, codecs } of sections) {
    lines.push(`m=${kind} 1 RTP/SAVPF ${codecs.map(({ payloadType }) => payloadType).join(' ')}`);
    if (maxKbps[kind] > 0) lines.push(`b=AS:${maxKbps[kind]}`);
    lines.push('a=setup:actpass', ...codecLines(codecs));
    lines.push('a=rtcp:9 IN IP4 0.0.0.0', 'a=rtcp-mux', `a=${direction}`, `a=mid:${mid}`);
    if (kind === 'video') lines.push(...feedbackLines(codecs, videoFeedback.offer));
    if (direction === 'sendonly' || direction === 'sendrecv') lines.push(`a=msid:${streams.cname} ${kind}0`);
    lines.push(`a=ssrc:${streams.ssrcs[kind]} cname:${streams.cname}`, ...transportLines(transport));
  }
  if (dataMid !== null) {
    lines.push('m=application 1 UDP/DTLS/SCTP webrtc-datachannel', 'a=setup:actpass', `a=mid:${dataMid}`);
    lines.push(...dataLines(), ...transportLines(transport));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** The direction that remains of an m-line after both sides have stated theirs, as seen from our side. */
export function intersectDirections(ours: SdpDirection, theirs: SdpDirection): SdpDirection {
  const sends = (ours === 'sendrecv' || ours === 'sendonly') && (theirs === 'sendrecv' || theirs === 'recvonly');
  const receives = (ours === 'sendrecv' || ours === 'recvonly') && (theirs === 'sendrecv' || theirs === 'sendonly');
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}

/**
 * Plans the connection from the answer to our offer. M-lines are matched by their position:
 * https://www.rfc-editor.org/rfc/rfc3264#section-6
 * @throws NegotiationError 40206 when it answers another offer, or accepts nothing of this one
 */
export function planAfterAnswer({ sections, dataMid }: OwnOffer, answer: Offer): AnswerPlan {
  const count = sections.length + (dataMid === null ? 0 : 1);
  if (answer.medias.length !== count) {
    const message = `The answer has ${answer.medias.length} m-lines, and the offer ${count}`;
    throw new NegotiationError(processAnswerError, message);
  }
  // Our candidates are announced with our own mids.
  const medias = answer.medias.map((media, index) => ({ ...media, mid: sections[index]?.mid ?? dataMid ?? media.mid }));
  const active: AnswerPlan['active'][number][] = [];
  for (const [index, section] of sections.entries()) {
    const media = medias[index];
    if (media === undefined || media.rejected || media.kind !== section.kind || media.codecs.length === 0) continue;
    active.push({
      media,
      kind: section.kind,
      index,
      direction: intersectDirections(section.direction, media.direction),
    });
  }
  const dataMedia = dataMid === null ? undefined : medias[sections.length];
  const data =
    dataMedia === undefined || dataMedia.rejected || dataMedia.data === null
      ? null
      : { media: dataMedia, index: sections.length, sctpPort: dataMedia.data.sctpPort };
  const living = data === null ? active : [...active, data];
  if (living.length === 0) throw new NegotiationError(processAnswerError, 'The answer accepts none of the media');
  const offer = { ...answer, medias };
  const transport = findTransport({ ...offer, bundle: [] }, living);
  if (transport === null) {
    const message = 'The answer has no usable ICE credentials and DTLS fingerprint';
    throw new NegotiationError(processAnswerError, message);
  }
  // An answer must decide the DTLS role; one that does not is taken as active, as browsers do.
  return { offer, active, data, transport, setup: transport.setup === 'passive' ? 'active' : 'passive' };
}

/** The offered codecs of a kind that the peer has accepted in its answer, with the payload types of our offer. */
export function answeredCodecs(
  { sections }: OwnOffer,
  kind: MediaKind,
  answered: readonly NegotiatedCodec[],
): NegotiatedCodec[] {
  const offered = sections.find((section) => section.kind === kind)?.codecs ?? [];
  return offered.filter((codec) => matchCodec(codec, answered) !== null);
}

/** The parts of our offer that the answer has accepted. */
export function agreedOffer({ sections, dataMid }: OwnOffer, plan: AnswerPlan): OwnOffer {
  const agreed = sections.flatMap((section) => {
    const active = plan.active.find(({ kind }) => kind === section.kind);
    return active === undefined ? [] : [{ ...section, direction: active.direction }];
  });
  return { sections: agreed, dataMid: plan.data === null ? null : dataMid };
}

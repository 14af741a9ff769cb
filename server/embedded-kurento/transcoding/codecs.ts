import { H264Packetizer } from '../../codecs/h264.ts';
import type { Packetizer } from '../../codecs/rtp-payload.ts';
import { Vp8Packetizer } from '../../codecs/vp8.ts';
import { Vp9Packetizer } from '../../codecs/vp9.ts';
import type { MediaKind, RtpCodec } from '../media/media-types.ts';
import type { TranscodedCodec } from './pipe-messages.ts';

/** A codec that can be made. */
export type EncodedCodec = {
  readonly name: TranscodedCodec;
  readonly codec: RtpCodec;
  /** One for each codec, so that a change of the codec is visible. */
  readonly payloadType: number;
  createPacketizer(): Packetizer;
};

const singlePackets: Packetizer = { packetize: (frame) => (frame.length === 0 ? [] : [frame]) };
/** Parameter sets come with each keyframe of our encoder, and the length before each unit has four bytes. */
const h264Setup = { profileLevelId: '42e01f', lengthBytes: 4, parameterSets: [] };
const h264Fmtp = `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${h264Setup.profileLevelId}`;

function video(
  name: TranscodedCodec,
  payloadType: number,
  fmtp: string,
  createPacketizer: () => Packetizer,
): EncodedCodec {
  return { name, codec: { name, clockRate: 90_000, channels: 1, fmtp }, payloadType, createPacketizer };
}

function audio(name: TranscodedCodec, payloadType: number, clockRate: number, channels: number): EncodedCodec {
  const codec = { name, clockRate, channels, fmtp: '' };
  return { name, codec, payloadType, createPacketizer: () => singlePackets };
}

/** The codecs that can be made, the cheapest first. */
export const encodedCodecs: Readonly<Record<MediaKind, readonly EncodedCodec[]>> = {
  video: [
    video('VP8', 96, '', () => new Vp8Packetizer()),
    video('H264', 102, h264Fmtp, () => new H264Packetizer(h264Setup)),
    video('VP9', 98, 'profile-id=0', () => new Vp9Packetizer()),
  ],
  audio: [audio('opus', 111, 48_000, 2), audio('PCMU', 0, 8_000, 1), audio('PCMA', 8, 8_000, 1)],
};

const h264Single: RtpCodec = { name: 'H264', clockRate: 90_000, channels: 1, fmtp: 'packetization-mode=0' };
const av1: RtpCodec = { name: 'AV1', clockRate: 90_000, channels: 1, fmtp: '' };

/** The codecs that can be decoded. */
export const decodedCodecs: Readonly<Record<MediaKind, readonly RtpCodec[]>> = {
  video: [...encodedCodecs.video.map(({ codec }) => codec), h264Single, av1],
  audio: encodedCodecs.audio.map(({ codec }) => codec),
};

const spellings: Readonly<Record<string, { name: TranscodedCodec; clockRate: number }>> = {
  vp8: { name: 'VP8', clockRate: 90_000 },
  vp9: { name: 'VP9', clockRate: 90_000 },
  h264: { name: 'H264', clockRate: 90_000 },
  av1: { name: 'AV1', clockRate: 90_000 },
  opus: { name: 'opus', clockRate: 48_000 },
  pcmu: { name: 'PCMU', clockRate: 8_000 },
  pcma: { name: 'PCMA', clockRate: 8_000 },
};

/** The codec in our spelling if it can be decoded; otherwise null. SDP's names ignore case. */
export function decodedCodec({ name, clockRate }: RtpCodec): TranscodedCodec | null {
  const known = spellings[name.toLowerCase()];
  return known?.clockRate === clockRate ? known.name : null;
}

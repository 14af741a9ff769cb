import type { MediaKind, RtpCodec } from '../media/media-types.ts';

/** The codecs that can be written, as SDP names them but in one spelling. */
export type RecordedCodec = 'VP8' | 'VP9' | 'H264' | 'opus';

/** What a profile of Kurento's `MediaProfileSpecType` means for the file. */
export type RecordingProfile = {
  container: 'webm' | 'matroska';
  kinds: readonly MediaKind[];
  codecs: Readonly<Record<MediaKind, readonly RtpCodec[]>>;
};

const vp8: RtpCodec = { name: 'VP8', clockRate: 90_000, channels: 1, fmtp: '' };
const vp9: RtpCodec = { name: 'VP9', clockRate: 90_000, channels: 1, fmtp: '' };
// The graph tells the two ways of cutting H.264 apart; here both are read.
const h264Single: RtpCodec = { name: 'H264', clockRate: 90_000, channels: 1, fmtp: 'packetization-mode=0' };
const h264: RtpCodec = { name: 'H264', clockRate: 90_000, channels: 1, fmtp: 'packetization-mode=1' };
const opus: RtpCodec = { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '' };

const containers = {
  WEBM: { container: 'webm', video: [vp8, vp9] },
  MKV: { container: 'matroska', video: [vp8, vp9, h264, h264Single] },
} as const;

/**
 * The values of Kurento's `MediaProfileSpecType` that can be recorded here, all without transcoding. MP4 is missing
 * on purpose: it keeps its index for the end, so a crash would cost the whole recording.
 */
export const supportedProfiles = [
  'WEBM',
  'WEBM_VIDEO_ONLY',
  'WEBM_AUDIO_ONLY',
  'MKV',
  'MKV_VIDEO_ONLY',
  'MKV_AUDIO_ONLY',
] as const;

/** Reads a profile's name; `null` for one that cannot be recorded here. */
export function readProfile(name: string): RecordingProfile | null {
  if (!supportedProfiles.some((supported) => supported === name)) return null;
  const { container, video } = name.startsWith('WEBM') ? containers.WEBM : containers.MKV;
  const withVideo = !name.endsWith('_AUDIO_ONLY');
  const withAudio = !name.endsWith('_VIDEO_ONLY');
  return {
    container,
    kinds: [...(withVideo ? ['video' as const] : []), ...(withAudio ? ['audio' as const] : [])],
    codecs: { video: withVideo ? video : [], audio: withAudio ? [opus] : [] },
  };
}

/** The codec in our spelling, if `profile` can hold it as `kind`; otherwise `null`. SDP's names ignore case. */
export function recordedCodec(profile: RecordingProfile, kind: MediaKind, codec: RtpCodec): RecordedCodec | null {
  const name = codec.name.toLowerCase();
  if (!profile.codecs[kind].some((held) => held.name.toLowerCase() === name)) return null;
  if (name === 'vp8') return 'VP8';
  if (name === 'vp9') return 'VP9';
  if (name === 'h264') return 'H264';
  return name === 'opus' ? 'opus' : null;
}

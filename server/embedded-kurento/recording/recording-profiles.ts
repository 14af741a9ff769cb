import type { RecordedCodec } from '../../codecs/rtp-payload.ts';
import type { MediaKind, RtpCodec } from '../media/media-types.ts';

/** The file formats that can be written. */
export type Container = 'webm' | 'matroska' | 'mp4';

/** The meaning of a value of Kurento's `MediaProfileSpecType` for the file. */
export type RecordingProfile = {
  container: Container;
  kinds: readonly MediaKind[];
  codecs: Readonly<Record<MediaKind, readonly RtpCodec[]>>;
};

const vp8 = videoCodec('VP8');
const vp9 = videoCodec('VP9');
const av1 = videoCodec('AV1');
// The graph distinguishes the two packetization modes of H.264; here both can be read.
const h264Single = videoCodec('H264', 'packetization-mode=0');
const h264 = videoCodec('H264', 'packetization-mode=1');
const opus: RtpCodec = { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '' };

const formats: Readonly<Record<string, { container: Container; video: readonly RtpCodec[] }>> = {
  WEBM: { container: 'webm', video: [vp8, vp9, av1] },
  MKV: { container: 'matroska', video: [vp8, vp9, av1, h264, h264Single] },
  // VP8 can be stored in MP4, but no browser reads it.
  MP4: { container: 'mp4', video: [h264, h264Single, vp9, av1] },
};

/** The values of Kurento's `MediaProfileSpecType` that can be recorded here, all without transcoding. */
export const supportedProfiles = [
  'WEBM',
  'WEBM_VIDEO_ONLY',
  'WEBM_AUDIO_ONLY',
  'MKV',
  'MKV_VIDEO_ONLY',
  'MKV_AUDIO_ONLY',
  'MP4',
  'MP4_VIDEO_ONLY',
  'MP4_AUDIO_ONLY',
] as const;

/** Reads a profile's name; `null` for one that cannot be recorded here. */
export function readProfile(name: string): RecordingProfile | null {
  const format = formats[name.split('_', 1)[0] ?? ''];
  if (format === undefined || !supportedProfiles.some((supported) => supported === name)) return null;
  const withVideo = !name.endsWith('_AUDIO_ONLY');
  const withAudio = !name.endsWith('_VIDEO_ONLY');
  return {
    container: format.container,
    kinds: [...(withVideo ? ['video' as const] : []), ...(withAudio ? ['audio' as const] : [])],
    codecs: { video: withVideo ? format.video : [], audio: withAudio ? [opus] : [] },
  };
}

/** The codec in our spelling, if `profile` can hold it as `kind`; otherwise `null`. SDP's names ignore case. */
export function recordedCodec(profile: RecordingProfile, kind: MediaKind, codec: RtpCodec): RecordedCodec | null {
  const name = codec.name.toLowerCase();
  if (!profile.codecs[kind].some((held) => held.name.toLowerCase() === name)) return null;
  return spellings[name] ?? null;
}

const spellings: Readonly<Record<string, RecordedCodec>> = {
  vp8: 'VP8',
  vp9: 'VP9',
  h264: 'H264',
  av1: 'AV1',
  opus: 'opus',
};

function videoCodec(name: string, fmtp = ''): RtpCodec {
  return { name, clockRate: 90_000, channels: 1, fmtp };
}

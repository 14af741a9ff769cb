import { beginsAv1Keyframe, createAv1Format } from './av1.ts';
import { beginsH264Keyframe, createH264Format } from './h264.ts';
import { opusFormat } from './opus.ts';
import type { PayloadFormat, PictureNumbers, RecordedCodec } from './rtp-payload.ts';
import { beginsVp8Keyframe, readVp8PictureNumbers, vp8Format } from './vp8.ts';
import { beginsVp9Keyframe, readVp9PictureNumbers, vp9Format } from './vp9.ts';

/*
 * Functions that select a codec by its name. The file of each codec has the implementation.
 */

/** Creates the payload format of `codec`. A format may keep state (H.264's parameter sets) and serves one stream. */
export function createPayloadFormat(codec: RecordedCodec): PayloadFormat {
  switch (codec) {
    case 'opus':
      return opusFormat;
    case 'VP8':
      return vp8Format;
    case 'VP9':
      return vp9Format;
    case 'H264':
      return createH264Format();
    case 'AV1':
      return createAv1Format();
  }
}

/**
 * Whether the payload of an RTP packet begins a keyframe (for H264: is a parameter set or a slice of one). `false` for
 * an unknown codec, or a payload that is too short to tell.
 */
export function beginsKeyframe(codecName: string, bytes: Buffer, offset: number): boolean {
  switch (codecName) {
    case 'VP8':
      return beginsVp8Keyframe(bytes, offset);
    case 'VP9':
      return beginsVp9Keyframe(bytes, offset);
    case 'H264':
      return beginsH264Keyframe(bytes, offset);
    case 'AV1':
      return beginsAv1Keyframe(bytes, offset);
    default:
      return false;
  }
}

/** Reads the numbers of a packet's picture; null if its codec has none, or they were left out. */
export function readPictureNumbers(codecName: string, bytes: Buffer, offset: number): PictureNumbers | null {
  const first = bytes[offset] ?? 0;
  if (codecName === 'VP8') return (first & 0x80) === 0 ? null : readVp8PictureNumbers(bytes, offset);
  if (codecName === 'VP9') return (first & 0x80) === 0 ? null : readVp9PictureNumbers(bytes, offset, first);
  return null;
}

import { createH264Format } from './h264-payload.ts';
import type { RecordedCodec } from './recording-profiles.ts';
import { readVp8Payload, vp8KeyframeSize } from './vp8-payload.ts';
import { readVp9Payload, vp9KeyframeSize } from './vp9-payload.ts';

/** What a decoder has to know before the first frame. Sizes are in pixels. */
export type CodecSetup = { width: number; height: number; codecPrivate: Buffer | null };

/** One payload without its RTP payload header. */
export type PayloadPart = {
  readonly bytes: Buffer;
  /** True when a frame begins with this payload. */
  readonly isFrameStart: boolean;
};

/** A whole frame of a codec. `setup` comes with each keyframe of video. */
export type CodedFrame = { readonly data: Buffer; readonly isKeyframe: boolean; readonly setup: CodecSetup | null };

/** How a codec travels in RTP. */
export interface PayloadFormat {
  /** Takes the payload header off; `null` for what makes no sense, which counts as lost. */
  read(payload: Buffer): PayloadPart | null;
  /** Makes a frame of its payloads; `null` for what no decoder could use. */
  assemble(parts: readonly Buffer[]): CodedFrame | null;
  /** True when every packet is a frame of its own that needs no other. */
  readonly isFramePerPacket: boolean;
}

/** The payload format of `codec`; a format may keep state (H.264's parameter sets) and serves one stream. */
export function createPayloadFormat(codec: RecordedCodec): PayloadFormat {
  switch (codec) {
    case 'opus':
      return opusFormat;
    case 'VP8':
      return pictureFormat(readVp8Payload, vp8KeyframeSize);
    case 'VP9':
      return pictureFormat(readVp9Payload, vp9KeyframeSize);
    case 'H264':
      return createH264Format();
  }
}

/** RFC 7587 §4.2: the payload is one Opus packet. */
const opusFormat: PayloadFormat = {
  isFramePerPacket: true,
  read: (payload) => ({ bytes: payload, isFrameStart: true }),
  assemble: (parts) => ({ data: Buffer.concat(parts), isKeyframe: true, setup: null }),
};

function pictureFormat(
  read: (payload: Buffer) => PayloadPart | null,
  keyframeSize: (frame: Buffer) => { width: number; height: number } | null,
): PayloadFormat {
  return {
    isFramePerPacket: false,
    read,
    assemble: (parts) => {
      const data = Buffer.concat(parts);
      const size = keyframeSize(data);
      const setup = size === null ? null : { ...size, codecPrivate: null };
      return { data, isKeyframe: setup !== null, setup };
    },
  };
}

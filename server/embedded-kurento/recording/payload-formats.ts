import { createAv1Format } from './av1-payload.ts';
import { createH264Format } from './h264-payload.ts';
import type { RecordedCodec } from './recording-profiles.ts';
import { readVp8Payload, readVp8Setup } from './vp8-payload.ts';
import { readVp9Payload, readVp9Setup } from './vp9-payload.ts';

/** What a decoder has to know before the first frame. Sizes are in pixels. */
export type CodecSetup = {
  readonly width: number;
  readonly height: number;
  /** What Matroska keeps as CodecPrivate, and MP4 as the configuration of its sample entry unless that is told apart. */
  readonly codecPrivate: Buffer | null;
  /** The content of MP4's configuration box, where Matroska has none. */
  readonly mp4Configuration?: Buffer;
};

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
      return pictureFormat(readVp8Payload, readVp8Setup);
    case 'VP9':
      return pictureFormat(readVp9Payload, readVp9Setup);
    case 'H264':
      return createH264Format();
    case 'AV1':
      return createAv1Format();
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
  readSetup: (frame: Buffer) => CodecSetup | null,
): PayloadFormat {
  return {
    isFramePerPacket: false,
    read,
    assemble: (parts) => {
      const data = Buffer.concat(parts);
      const setup = readSetup(data);
      return { data, isKeyframe: setup !== null, setup };
    },
  };
}

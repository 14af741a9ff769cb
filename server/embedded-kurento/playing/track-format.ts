import type { InputAudioTrack, InputVideoTrack } from 'mediabunny';
import { Av1Packetizer } from '../../codecs/av1.ts';
import { H264Packetizer } from '../../codecs/h264.ts';
import { readH264Setup } from '../../codecs/h264-file.ts';
import { opusDurationMs } from '../../codecs/opus.ts';
import type { Packetizer } from '../../codecs/rtp-payload.ts';
import { Vp8Packetizer } from '../../codecs/vp8.ts';
import { Vp9Packetizer } from '../../codecs/vp9.ts';
import type { RtpCodec } from '../media/media-types.ts';

/** How a track of a file is sent. */
export type TrackFormat = {
  readonly codec: RtpCodec;
  /** A different one for each codec, so that a change of the codec is visible. */
  readonly payloadType: number;
  /** The duration of a frame in ticks of the codec's clock, read from the frame; null where it does not contain it. */
  readonly ticksOf: ((frame: Buffer) => number) | null;
  createPacketizer(): Packetizer;
};

/** The file's description of a track's codec, in the form of https://www.w3.org/TR/webcodecs-codec-registry/. */
type Description = { codec: string; bytes: Buffer };

/** A mapping family other than 0 means several streams in one: https://www.rfc-editor.org/rfc/rfc7845#section-5.1.1 */
const opusMappingAt = 18;
const opusTicksPerMs = 48;

/** How a track can be sent; null when it cannot be sent without transcoding. */
export async function trackFormat(track: InputVideoTrack | InputAudioTrack): Promise<TrackFormat | null> {
  const codec = await track.getCodec();
  const config = await track.getDecoderConfig();
  if (codec === null || config === null) return null;
  const description: Description = { codec: config.codec, bytes: bytesOf(config.description) };
  switch (codec) {
    case 'vp8':
      return video('VP8', 96, '', () => new Vp8Packetizer());
    case 'vp9':
      return video('VP9', 98, `profile-id=${profileOf(description)}`, () => new Vp9Packetizer());
    case 'av1':
      return video('AV1', 104, `profile=${profileOf(description)}`, () => new Av1Packetizer(description.bytes));
    case 'avc':
      return h264(description);
    case 'opus':
      return opus(description);
    default:
      return null;
  }
}

function video(name: string, payloadType: number, fmtp: string, createPacketizer: () => Packetizer): TrackFormat {
  return { codec: { name, clockRate: 90_000, channels: 1, fmtp }, payloadType, ticksOf: null, createPacketizer };
}

function h264(description: Description): TrackFormat | null {
  const setup = readH264Setup(description.bytes);
  if (setup === null) return null;
  const fmtp = `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${setup.profileLevelId}`;
  return video('H264', 102, fmtp, () => new H264Packetizer(setup));
}

function opus({ bytes }: Description): TrackFormat | null {
  if ((bytes[opusMappingAt] ?? 0) !== 0) return null;
  return {
    codec: { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '' },
    payloadType: 111,
    ticksOf: (frame) => opusDurationMs(frame) * opusTicksPerMs,
    // The payload is one Opus packet: https://www.rfc-editor.org/rfc/rfc7587#section-4.2
    createPacketizer: () => ({ packetize: (frame) => (frame.length === 0 ? [] : [frame]) }),
  };
}

/** The profile in `vp09.PP.…` or `av01.P.…`. */
function profileOf({ codec }: Description): number {
  return Number.parseInt(codec.split('.')[1] ?? '0', 10) || 0;
}

function bytesOf(source: AllowSharedBufferSource | undefined): Buffer {
  if (source === undefined) return Buffer.alloc(0);
  return ArrayBuffer.isView(source)
    ? Buffer.from(source.buffer, source.byteOffset, source.byteLength)
    : Buffer.from(source);
}

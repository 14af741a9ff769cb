import {
  type AudioCodec,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  FilePathTarget,
  MkvOutputFormat,
  Mp4OutputFormat,
  Output,
  type VideoCodec,
  WebMOutputFormat,
} from 'mediabunny';
import { avcRecord, h264Frame, opusPacket, vp8Frame } from '../../../codecs/testing/test-frames.ts';

/*
 * For tests: files whose frames are known, except for the pictures themselves, which are noise.
 */

/** The content of a file; times in milliseconds. */
export type TestFile = {
  durationMs?: number;
  keyframeEveryMs?: number;
  video?: 'vp8' | 'avc' | null;
  audio?: 'opus' | 'aac' | null;
  /** Pictures are shown in another order than they are stored. */
  isReordered?: boolean;
};

const frameMs = 40;
const soundMs = 20;

/** Writes a file of 25 frames a second, each with the time of its capture at byte 100. */
export async function writeTestFile(path: string, options: TestFile = {}): Promise<void> {
  const { durationMs = 2000, keyframeEveryMs = 1000, video = 'vp8', audio = 'opus', isReordered = false } = options;
  const format = path.endsWith('.mp4')
    ? new Mp4OutputFormat()
    : path.endsWith('.mkv')
      ? new MkvOutputFormat()
      : new WebMOutputFormat();
  const output = new Output({ format, target: new FilePathTarget(path) });
  const picture = video === null ? null : new EncodedVideoPacketSource(video satisfies VideoCodec);
  const sound = audio === null ? null : new EncodedAudioPacketSource(audio satisfies AudioCodec);
  if (picture !== null) output.addVideoTrack(picture, { frameRate: 25 });
  if (sound !== null) output.addAudioTrack(sound);
  await output.start();
  for (let atMs = 0; atMs < durationMs; atMs += soundMs) {
    if (picture !== null && atMs % frameMs === 0) await picture.add(frame(atMs), { decoderConfig: pictureConfig() });
    const bytes = audio === 'aac' ? Buffer.from([0x21, 0x10, 4, 0x60, 0x8c, 0x1c]) : opusPacket(atMs / soundMs);
    await sound?.add(new EncodedPacket(bytes, 'key', atMs / 1000, soundMs / 1000), { decoderConfig: soundConfig() });
  }
  await output.finalize();

  function frame(atMs: number): EncodedPacket {
    const isKeyframe = atMs % keyframeEveryMs === 0;
    // Every other pair is swapped, as happens with a picture that is predicted from both neighbours.
    const swap = isReordered && !isKeyframe ? (atMs % (2 * frameMs) === 0 ? -frameMs : frameMs) : 0;
    const data = video === 'avc' ? h264Frame(isKeyframe) : vp8Frame(isKeyframe, 7, 2000);
    data.writeUInt32BE(atMs, 100);
    return new EncodedPacket(data, isKeyframe ? 'key' : 'delta', Math.max(0, atMs + swap) / 1000, frameMs / 1000);
  }

  function pictureConfig(): VideoDecoderConfig {
    const size = { codedWidth: 640, codedHeight: 360 };
    return video === 'avc' ? { codec: 'avc1.42e01f', description: avcRecord(), ...size } : { codec: 'vp8', ...size };
  }

  function soundConfig(): AudioDecoderConfig {
    if (audio === 'aac') {
      return { codec: 'mp4a.40.2', sampleRate: 48_000, numberOfChannels: 2, description: Buffer.from([0x11, 0x90]) };
    }
    return { codec: 'opus', sampleRate: 48_000, numberOfChannels: 2 };
  }
}

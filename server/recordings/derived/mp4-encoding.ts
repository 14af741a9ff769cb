import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { EncodedPacketSink, type InputVideoTrack } from 'mediabunny';
import { createPayloadFormat } from '../../codecs/payload-formats.ts';
import { openMedia, playableTracks } from '../media-file.ts';
import { inputArguments, quietArguments, runFfmpeg } from './ffmpeg.ts';

/** FFmpeg reports its progress twice a second; if it reports nothing for so long, it hangs. In milliseconds. */
const silenceTimeoutMs = 120_000;
const probeTimeoutMs = 20_000;

/** Whether FFmpeg is there and has the encoders. Never rejects. */
export async function canEncodeMp4(command: string): Promise<boolean> {
  const encoders = await ask(command, ['-hide_banner', '-encoders']).catch(() => '');
  return / libx264 /.test(encoders) && / aac /.test(encoders);
}

/** What FFmpeg says about itself. @throws Error when there is no such program */
async function ask(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: probeTimeoutMs });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes;
  });
  await once(child, 'close');
  return output;
}

/** What is encoded, and how its progress is reported. */
type Mp4Encoding = {
  command: string;
  source: string;
  durationMs: number;
  target: string;
  /** Called with the part that is done, from 0 to 1. */
  progressed: (done: number) => void;
  signal: AbortSignal;
};

/**
 * Encodes a recording as MP4 with H.264 and AAC, which every phone and every editor opens. H.264 is copied. A picture
 * whose size changes is scaled to the largest size that it has, with bars where the shape differs.
 * @throws Error with FFmpeg's complaint
 */
export async function encodeMp4(encoding: Mp4Encoding): Promise<void> {
  const { command, source, durationMs, target, progressed, signal } = encoding;
  const args = [
    ...[...quietArguments, '-progress', 'pipe:1', '-y', ...inputArguments(source)],
    ...['-map', '0:v:0', '-map', '0:a:0?', '-sn', '-dn'],
    ...(await pictureArguments(command, source)),
    // Packets of silence that were not sent leave gaps, which players of MP4 do not expect.
    ...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-af', 'aresample=async=1:first_pts=0'],
    ...['-movflags', '+faststart', '-f', 'mp4', `file:${target}`],
  ];
  const read = (bytes: Buffer) => {
    const [, doneUs] = /out_time_us=(\d+)(?![\s\S]*out_time_us=\d)/.exec(bytes.toString()) ?? [];
    if (doneUs !== undefined && durationMs > 0) progressed(Math.min(1, Number(doneUs) / 1_000 / durationMs));
    return true;
  };
  await runFfmpeg(command, args, { read, silenceTimeoutMs, signal });
}

async function pictureArguments(command: string, path: string): Promise<string[]> {
  const input = await openMedia(path);
  try {
    const video = (await playableTracks(input)).find((track) => track.isVideoTrack());
    if (video === undefined) throw new Error('There is no picture in the file.');
    if (video.codec === 'avc') return ['-c:v', 'copy'];
    const { width, height } = await largestSize(video);
    const size = `${width + (width % 2)}:${height + (height % 2)}`;
    const filter = `scale=${size}:force_original_aspect_ratio=decrease,pad=${size}:-1:-1,setsar=1,format=yuv420p`;
    // Half of the cores at most, whatever the priority is worth on this system.
    const threads = String(Math.max(1, Math.floor(availableParallelism() / 2)));
    return [
      ...['-vf', filter, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-threads', threads],
      // Every picture stays at its time: FFmpeg would repeat and drop pictures for a constant rate.
      ...[await frameTimingOption(command), 'vfr', '-enc_time_base', '-1'],
    ];
  } finally {
    input.dispose();
  }
}

/** `-fps_mode` is called `-vsync` before FFmpeg 5.1. */
async function frameTimingOption(command: string): Promise<string> {
  const [, major, minor] = /version n?(\d+)\.(\d+)/.exec(await ask(command, ['-version'])) ?? [];
  return major !== undefined && Number(major) + Number(minor) / 10 < 5.1 ? '-vsync' : '-fps_mode';
}

/** The largest picture, in pixels. VP8 and VP9 change their size at keyframes, and the header has only the first one. */
async function largestSize(video: InputVideoTrack): Promise<{ width: number; height: number }> {
  let largest = { width: video.codedWidth, height: video.codedHeight };
  const codec = video.codec === 'vp8' ? 'VP8' : video.codec === 'vp9' ? 'VP9' : null;
  if (codec === null) return largest;
  const format = createPayloadFormat(codec);
  const sink = new EncodedPacketSink(video);
  let key = await sink.getFirstKeyPacket();
  while (key !== null) {
    const setup = format.assemble([Buffer.from(key.data)])?.setup;
    if (setup != null && setup.width * setup.height > largest.width * largest.height) largest = setup;
    key = await sink.getNextKeyPacket(key);
  }
  return largest;
}

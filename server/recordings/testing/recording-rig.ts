import { mkdtemp, open, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ALL_FORMATS,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  FilePathTarget,
  Input,
  MkvOutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny';
import { pino } from 'pino';
import { afterEach, beforeEach } from 'vitest';
import type { RtpCodec } from '../../embedded-kurento/media/media-types.ts';
import { openFileRecording } from '../../embedded-kurento/recording/file-recording.ts';
import { TestShow, TestSource, vp8 } from '../../embedded-kurento/recording/testing/recording-rig.ts';
import type { Logger } from '../../logger.ts';
import { RecordingLibrary } from '../recording-library.ts';

/* For tests: files as recorders leave them, and a logger that keeps its lines. */

const codecStrings = { vp8: 'vp8', vp9: 'vp09.00.10.08' } as const;

/**
 * Writes a WebM file of VP8 and Opus. `whole` is a file as a recorder finishes it; `unfinished` has neither duration
 * nor index, as after a kill.
 */
export async function writeWebm(
  path: string,
  seconds: number,
  form: 'whole' | 'unfinished',
  codec: 'vp8' | 'vp9' = 'vp8',
): Promise<void> {
  const output = new Output({
    format: new WebMOutputFormat({ appendOnly: form === 'unfinished' }),
    target: new FilePathTarget(path),
  });
  const video = new EncodedVideoPacketSource(codec);
  const audio = new EncodedAudioPacketSource('opus');
  output.addVideoTrack(video);
  output.addAudioTrack(audio);
  await output.start();
  for (let i = 0; i < seconds * 50; i += 1) {
    if (i % 2 === 0) {
      const type = i % 50 === 0 ? 'key' : 'delta';
      const frame = new EncodedPacket(videoFrame(type === 'key'), type, i / 50, 0.04);
      await video.add(frame, { decoderConfig: { codec: codecStrings[codec], codedWidth: 640, codedHeight: 360 } });
    }
    const sound = new EncodedPacket(Uint8Array.of(0xf8, i & 0xff, 1, 2), 'key', i / 50, 0.02);
    await audio.add(sound, { decoderConfig: { codec: 'opus', sampleRate: 48_000, numberOfChannels: 2 } });
  }
  await output.finalize();
  if (form === 'unfinished') await cutAtIndex(path);
}

/** Records a show with the embedded media server's recorder, faster than in real time; VP8 and Opus by default. */
export async function recordShow(
  path: string,
  durationMs: number,
  options: { fromMs?: number; size?: TestShow['size']; sends?: TestShow['sends']; codec?: RtpCodec } = {},
): Promise<void> {
  const { fromMs = 0, codec = vp8, ...changes } = options;
  const listener = { started: () => {}, failed: () => {}, ended: () => {} };
  const recording = openFileRecording({ path, profile: codec === vp8 ? 'WEBM' : 'MKV', listener, log: () => {} });
  const show = Object.assign(new TestShow(new TestSource('video', codec)), changes);
  recording.sinks.video.setSource(show.video);
  recording.sinks.audio.setSource(show.audio);
  recording.record();
  show.run(fromMs, fromMs + durationMs);
  await recording.stop();
}

/**
 * Writes the picture of the file at `from` to a Matroska file at `to`, with sound in AAC, as a Kurento does. The first
 * `waited` frames have the time of the first one, like the frames that a Kurento's recorder collects before it begins; and
 * each keyframe up to the frame `glued` shares a packet with the frame before it, as it sometimes happens there, too.
 */
export async function writeWithAac(from: string, to: string, { waited = 0, glued = 0 } = {}): Promise<void> {
  const input = new Input({ source: new FilePathSource(from), formats: ALL_FORMATS });
  const output = new Output({ format: new MkvOutputFormat(), target: new FilePathTarget(to) });
  const track = await input.getPrimaryVideoTrack();
  const config = await track?.getDecoderConfig();
  if (track === null || !config) throw new Error('There is no picture to copy.');
  const video = new EncodedVideoPacketSource('avc');
  const audio = new EncodedAudioPacketSource('aac');
  output.addVideoTrack(video);
  output.addAudioTrack(audio);
  await output.start();
  // The configuration of AAC-LC at 48 kHz with two channels (ISO/IEC 14496-3 §1.6.2.1).
  const sound = { codec: 'mp4a.40.2', sampleRate: 48_000, numberOfChannels: 2, description: Uint8Array.of(0x11, 0x90) };
  let soundUntil = 0;
  let frames = 0;
  let held: EncodedPacket | null = null;
  const flush = async () => {
    if (held !== null) await video.add(held, { decoderConfig: config });
  };
  for await (const packet of new EncodedPacketSink(track).packets()) {
    frames += 1;
    if (held !== null && packet.type === 'key' && frames <= glued) {
      held = held.clone({ data: Buffer.concat([held.data, packet.data]), duration: held.duration + packet.duration });
    } else {
      await flush();
      held = frames <= waited ? packet.clone({ timestamp: 0 }) : packet;
    }
    for (; soundUntil < packet.timestamp + packet.duration; soundUntil += 1024 / 48_000) {
      const frame = new EncodedPacket(Uint8Array.of(0x21, 0x10, 4, 0x60), 'key', soundUntil, 1024 / 48_000);
      await audio.add(frame, { decoderConfig: sound });
    }
  }
  await flush();
  await output.finalize();
  input.dispose();
}

/** Makes a file look as if nothing had been written to it for a minute. */
export async function age(path: string): Promise<void> {
  const minuteAgo = new Date(Date.now() - 60_000);
  await utimes(path, minuteAgo, minuteAgo);
}

/** Truncates a file to a share of its length, as a full disk or a power failure does. */
export async function truncate(path: string, share: number): Promise<void> {
  const handle = await open(path, 'r+');
  const { size } = await handle.stat();
  await handle.truncate(Math.floor(size * share));
  await handle.close();
}

/** A logger whose lines can be inspected. */
export function captureLogs(): { logger: Logger; lines: { level: number; msg: string; recordingId?: string }[] } {
  const lines: { level: number; msg: string; recordingId?: string }[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { logger, lines };
}

function videoFrame(isKeyframe: boolean): Uint8Array {
  const frame = Buffer.alloc(1500, 9);
  frame[0] = isKeyframe ? 0x10 : 0x11;
  if (isKeyframe) frame.set([0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01], 3);
  return frame;
}

async function cutAtIndex(path: string): Promise<void> {
  const handle = await open(path, 'r');
  const bytes = await handle.readFile();
  await handle.close();
  const index = bytes.lastIndexOf(Buffer.from([0x1c, 0x53, 0xbb, 0x6b]));
  await writeFile(path, index < 0 ? bytes : bytes.subarray(0, index));
}

/* For tests: a folder of recordings, and the libraries opened on it one after the other. */

/** A folder of recordings. */
type LibraryRig = {
  readonly folder: string;
  /** Opens a library on the folder, as the server does at its start. */
  open(held?: ReadonlySet<string>): Promise<RecordingLibrary>;
};

/** Gives every test in a file its own folder, and closes its libraries afterwards. Call this once per file. */
export function libraryRig(): LibraryRig {
  let folder = '';
  let libraries: RecordingLibrary[] = [];
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'recordings-')));
    libraries = [];
  });
  afterEach(async () => {
    await Promise.all(libraries.map((library) => library.close()));
    await rm(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return folder;
    },
    async open(held) {
      const library = await RecordingLibrary.open({ folder, held, logger: captureLogs().logger });
      libraries.push(library);
      return library;
    },
  };
}

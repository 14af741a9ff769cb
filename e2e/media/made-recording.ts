import { mkdir, mkdtemp, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  FilePathTarget,
  MkvOutputFormat,
  Output,
} from 'mediabunny';
import { expect, type Page } from 'playwright/test';
import type { RecordedConversation } from '../../lib/conversation.ts';
import { recordingPaths } from '../../lib/recording.ts';
import type { RecordingChapter } from '../../lib/recording-details.ts';
import { recordingSchema } from '../../lib/recording-schema.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

/** The colours of a made recording, each for five seconds, as red, green and blue. */
export const madeColours = [
  [220, 20, 20],
  [20, 180, 20],
  [20, 20, 220],
  [220, 200, 20],
] as const;

/** How long each colour is shown, and how far keyframes are apart, in seconds. */
export const colourSeconds = 5;
const keyframeSeconds = 2;
const frameRate = 20;

/** A frame or a piece of sound as an encoder made it; times are microseconds, `data` is Base64. */
type MadePacket = { data: string; isKey: boolean; timestamp: number; duration: number };

/** Encodes the colours and a tone with the browser's own encoders. */
async function encode(page: Page, codec: string) {
  return await page.evaluate(
    async ({ codec, colours, colourSeconds, keyframeSeconds, frameRate }) => {
      type Packet = { data: string; isKey: boolean; timestamp: number; duration: number };
      const seconds = colours.length * colourSeconds;
      const toPacket = (chunk: EncodedVideoChunk | EncodedAudioChunk): Packet => {
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        let text = '';
        for (const byte of bytes) text += String.fromCharCode(byte);
        const { type, timestamp, duration } = chunk;
        return { data: btoa(text), isKey: type === 'key', timestamp, duration: duration ?? 0 };
      };
      const video: Packet[] = [];
      const audio: Packet[] = [];
      let failure: unknown = null;
      const error = (cause: unknown) => {
        failure = cause;
      };
      const pictures = new VideoEncoder({ output: (chunk) => video.push(toPacket(chunk)), error });
      pictures.configure({
        codec,
        width: 320,
        height: 180,
        framerate: frameRate,
        bitrate: 300_000,
        latencyMode: 'realtime',
      });
      const canvas = new OffscreenCanvas(320, 180);
      const context = canvas.getContext('2d');
      for (let index = 0; index < seconds * frameRate; index += 1) {
        const colour = colours[Math.floor(index / frameRate / colourSeconds)] ?? [0, 0, 0];
        if (context !== null) {
          context.fillStyle = `rgb(${colour.join(' ')})`;
          context.fillRect(0, 0, 320, 180);
        }
        const frame = new VideoFrame(canvas, { timestamp: (index * 1e6) / frameRate, duration: 1e6 / frameRate });
        pictures.encode(frame, { keyFrame: index % (keyframeSeconds * frameRate) === 0 });
        frame.close();
        if (pictures.encodeQueueSize > 10)
          await new Promise((resolve) => pictures.addEventListener('dequeue', resolve, { once: true }));
      }
      await pictures.flush();
      const sounds = new AudioEncoder({ output: (chunk) => audio.push(toPacket(chunk)), error });
      sounds.configure({ codec: 'opus', sampleRate: 48_000, numberOfChannels: 1, bitrate: 32_000 });
      for (let at = 0; at < seconds * 48_000; at += 4_800) {
        const data = Float32Array.from(
          { length: 4_800 },
          (_, index) => 0.2 * Math.sin((2 * Math.PI * 440 * (at + index)) / 48_000),
        );
        const sound = new AudioData({
          format: 'f32',
          sampleRate: 48_000,
          numberOfFrames: 4_800,
          numberOfChannels: 1,
          timestamp: (at / 48_000) * 1e6,
          data,
        });
        sounds.encode(sound);
        sound.close();
      }
      await sounds.flush();
      if (failure !== null) throw failure;
      return { video, audio };
    },
    { codec, colours: madeColours.map((colour) => [...colour]), colourSeconds, keyframeSeconds, frameRate },
  );
}

/** Writes packets as a Matroska file, as a recorder would. */
async function write(path: string, codec: 'vp8' | 'vp9', packets: { video: MadePacket[]; audio: MadePacket[] }) {
  const output = new Output({ format: new MkvOutputFormat(), target: new FilePathTarget(path) });
  const video = new EncodedVideoPacketSource(codec);
  const audio = new EncodedAudioPacketSource('opus');
  output.addVideoTrack(video);
  output.addAudioTrack(audio);
  await output.start();
  const videoConfig = { codec: codec === 'vp8' ? 'vp8' : 'vp09.00.10.08', codedWidth: 320, codedHeight: 180 };
  const audioConfig = { codec: 'opus', sampleRate: 48_000, numberOfChannels: 1 };
  const toPacket = ({ data, isKey, timestamp, duration }: MadePacket) =>
    new EncodedPacket(Buffer.from(data, 'base64'), isKey ? 'key' : 'delta', timestamp / 1e6, duration / 1e6);
  const all = [
    ...packets.video.map((packet) => ({
      packet,
      add: (one: EncodedPacket) => video.add(one, { decoderConfig: videoConfig }),
    })),
    ...packets.audio.map((packet) => ({
      packet,
      add: (one: EncodedPacket) => audio.add(one, { decoderConfig: audioConfig }),
    })),
  ].toSorted((a, b) => a.packet.timestamp - b.packet.timestamp);
  for (const { packet, add } of all) await add(toPacket(packet));
  await output.finalize();
}

/** What a made recording is like. */
export type MadeSettings = {
  title?: string;
  channel?: string;
  codec?: 'vp8' | 'vp9';
  chapters?: RecordingChapter[];
  conversation?: RecordedConversation;
  settings?: Record<string, string>;
};

/**
 * Starts a server with one finished recording, of the colours and a tone; `page` encodes them.
 * @returns the server, which the test closes, and the recording's id
 */
export async function serverWithRecording(
  page: Page,
  made: MadeSettings = {},
): Promise<{ server: RostrumServer; id: string }> {
  const { title = 'Colours', channel = 'colours', codec = 'vp8', chapters = [], settings = {}, conversation } = made;
  const id = `2026-11-22-${channel}-k3v9x2pm`;
  const dataDir = await mkdtemp(join(tmpdir(), 'rostrum-e2e-'));
  const folder = join(dataDir, 'recordings', id);
  await mkdir(folder, { recursive: true });
  // Encoders are for secure pages only, and any page of a server on this machine is one.
  await page.goto('/recordings');
  const packets = await encode(page, codec === 'vp8' ? 'vp8' : 'vp09.00.10.08');
  await write(join(folder, 'media-1.webm'), codec, packets);
  const hourAgo = new Date(Date.now() - 3_600_000);
  await utimes(join(folder, 'media-1.webm'), hourAgo, hourAgo);
  const manifest = {
    ...{ version: 1, id, channel, title, startedAt: Date.UTC(2026, 10, 22, 14, 5) },
    ...{ durationMs: null, sizeBytes: 0, codecs: [], contentType: 'video/webm', failure: null, chapters },
    ...{ state: 'recording', file: 'media.webm', parts: ['media-1.webm'] },
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  if (conversation !== undefined) await writeFile(join(folder, 'conversation.json'), JSON.stringify(conversation));
  const server = await startRostrum(settings, { dataDir });
  const ask = async () =>
    recordingSchema.parse(await (await page.request.get(`${server.url}${recordingPaths.one(id)}`)).json());
  await expect.poll(async () => (await ask()).state, { timeout: 30_000 }).toBe('ready');
  return { server, id };
}

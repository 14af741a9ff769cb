import { loadavg } from 'node:os';
import type { PipedFrame, TranscodedCodec } from '../server/embedded-kurento/transcoding/pipe-messages.ts';
import { type AvFrame, type AvLibrary, av, loadAv } from '../server/embedded-kurento/transcoding/process/av-library.ts';
import { PictureDecoder } from '../server/embedded-kurento/transcoding/process/picture-decoder.ts';
import { PictureEncoder } from '../server/embedded-kurento/transcoding/process/picture-encoder.ts';
import { nowMs, TranscoderProcess } from '../server/embedded-kurento/transcoding/transcoder-process.ts';
import { percentileOf } from './figures/histogram.ts';
import { measureBesideTranscoding } from './measures/beside-transcoding.ts';
import { wait } from './platform/clock.ts';
import { readProcessUsage } from './platform/process-usage.ts';

/*
 * `npm run bench:transcoding`: what the transcoder's process costs for one picture in another codec, and for a composite
 * of four; then what transcoding costs in a media server, also a Kurento that the environment names, and what the viewers
 * of another show notice of it. Progress goes to standard error, so that standard output can be saved. Takes four minutes.
 */

const framesPerSecond = 30;
const loopedFrames = 150;
const secondsMeasured = 15;

type Encoded = { data: Buffer; isKeyframe: boolean };
type Measured = { cores: number; delayMs: readonly number[]; pictures: number };

/** The number of a picture is written into its upper left corner: squares, black or white, from the highest bit on. */
const [markBits, markSide] = [8, 40];
const markLuma = { zero: 16, one: 235, between: 128 } as const;

/** Encodes a pattern that moves, with some noise: roughly as hard as a camera. */
function encodeMoving(library: AvLibrary, codec: TranscodedCodec, width: number, height: number): Encoded[] {
  const frames: Encoded[] = [];
  const encoder = new PictureEncoder(library, codec, (data, isKeyframe) => frames.push({ data, isKeyframe }));
  let noise = 1;
  for (let index = 0; index < loopedFrames; index += 1) {
    const planes = Buffer.alloc((width * height * 3) / 2, 120);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        noise = (noise * 1_103_515_245 + 12_345) & 0x7fffffff;
        const wave = 60 * Math.sin((x + 3 * index) / 17) * Math.cos((y - 2 * index) / 23);
        const isOne = (index >> (markBits - 1 - Math.floor(x / markSide))) % 2 === 1;
        const isMark = y < markSide && x < markBits * markSide;
        const mark = isOne ? markLuma.one : markLuma.zero;
        planes[y * width + x] = isMark ? mark : 128 + wave + ((noise >> 16) & 3);
      }
    }
    const properties = { width, height, format: av.yuv420, timeBase: { num: 1, den: 90_000 }, pts: 0n };
    const picture = library.Frame.fromVideoBuffer(planes, properties);
    encoder.encode(picture, (index * 1000) / framesPerSecond);
    picture.free();
  }
  encoder.close();
  return frames;
}

/** Sends the frames to all inputs in real time, and measures the process meanwhile. */
async function feed(
  transcoder: TranscoderProcess,
  inputs: readonly number[],
  frames: readonly Encoded[],
  received: PipedFrame[],
): Promise<Measured & { sentAtMs: readonly number[] }> {
  const startedMs = nowMs();
  /** When each frame was sent. */
  const sentAtMs: number[] = [];
  let measuredFrom = 0;
  let usageBefore = 0;
  let measuredFromMs = 0;
  for (let index = 0; index < framesPerSecond * (secondsMeasured + 2); index += 1) {
    const dueMs = startedMs + (index * 1000) / framesPerSecond;
    await wait(Math.max(0, dueMs - nowMs()));
    const { data, isKeyframe } = frames[index % frames.length] ?? { data: Buffer.alloc(0), isKeyframe: false };
    const atMs = (index * 1000) / framesPerSecond;
    sentAtMs.push(nowMs());
    for (const id of inputs) {
      transcoder.send({ id, isKeyframe, stream: 1, atMs, capturedMs: nowMs(), sentMs: nowMs(), data });
    }
    // The first two seconds belong to the start.
    if (index === framesPerSecond * 2) {
      usageBefore = (await readProcessUsage(transcoder.pid ?? 0)).cpuUs;
      measuredFromMs = nowMs();
      measuredFrom = received.length;
    }
  }
  const usage = (await readProcessUsage(transcoder.pid ?? 0)).cpuUs - usageBefore;
  const cores = usage / 1000 / (nowMs() - measuredFromMs);
  const measured = received.slice(measuredFrom);
  const delayMs = measured.flatMap(({ atMs, sentMs }) => {
    const sent = sentAtMs[Math.round((atMs * framesPerSecond) / 1000)];
    return sent === undefined ? [] : [sentMs - sent];
  });
  return { cores, delayMs, pictures: measured.length, sentAtMs };
}

function openInput(transcoder: TranscoderProcess, kind: 'audio' | 'video', codec: TranscodedCodec): number {
  const id = transcoder.open({});
  transcoder.make({ do: 'input', id, kind });
  transcoder.make({ do: 'stream', id, stream: 1, codec });
  return id;
}

async function measureTranscoding(library: AvLibrary, from: TranscodedCodec, to: TranscodedCodec): Promise<Measured> {
  const frames = encodeMoving(library, from, 1280, 720);
  const transcoder = new TranscoderProcess(() => undefined);
  const input = openInput(transcoder, 'video', from);
  const received: PipedFrame[] = [];
  const id = transcoder.open({ frame: (frame) => received.push(frame) });
  transcoder.make({ do: 'encode', id, input, codec: to });
  const measured = await feed(transcoder, [input], frames, received);
  await transcoder.close();
  return measured;
}

async function measureComposite(library: AvLibrary): Promise<Measured> {
  const frames = encodeMoving(library, 'VP8', 640, 360);
  const transcoder = new TranscoderProcess(() => undefined);
  const composite = transcoder.open({});
  transcoder.make({ do: 'composite', id: composite, width: 1280, height: 720, framesPerSecond });
  const inputs = [1, 2, 3, 4].map(() => {
    const [audio, video] = [openInput(transcoder, 'audio', 'opus'), openInput(transcoder, 'video', 'VP8')];
    transcoder.make({ do: 'port', id: transcoder.open({}), composite, audio, video });
    return video;
  });
  const received: PipedFrame[] = [];
  const id = transcoder.open({ frame: (frame) => received.push(frame) });
  transcoder.make({ do: 'encodePicture', id, composite, codec: 'VP8' });
  const measured = await feed(transcoder, inputs, frames, received);
  await transcoder.close();
  return { ...measured, delayMs: delaysOf(library, received, measured.sentAtMs).slice(framesPerSecond * 2) };
}

/** The time from each picture's entry into the process to the exit of the first composite that shows it. */
function delaysOf(library: AvLibrary, composites: readonly PipedFrame[], sentAtMs: readonly number[]): number[] {
  const seen = new Set<number>();
  const delays: number[] = [];
  let leftMs = 0;
  const decoder = new PictureDecoder(library, 'VP8', {
    picture: (frame) => {
      const mark = readMark(frame);
      // The pattern is repeated, so it is the last one with this number that was sent by then.
      const shown = sentAtMs.findLastIndex((sent, index) => index % loopedFrames === mark && sent <= leftMs);
      if (shown < 0 || seen.has(shown)) return;
      seen.add(shown);
      delays.push(leftMs - (sentAtMs[shown] ?? 0));
    },
    keyframeNeeded: () => undefined,
  });
  for (const { data, isKeyframe, atMs, sentMs } of composites) {
    leftMs = sentMs;
    decoder.decode(data, isKeyframe, atMs);
  }
  decoder.close();
  return delays;
}

function readMark(frame: AvFrame): number {
  const [luma, stride] = [frame.data?.[0], frame.linesize?.[0] ?? 0];
  const row = (markSide / 2) * stride;
  return Array.from({ length: markBits }, (_, bit) => luma?.[row + (bit + 0.5) * markSide] ?? 0).reduce(
    (mark, value) => mark * 2 + (value >= markLuma.between ? 1 : 0),
    0,
  );
}

function row(name: string, { cores, delayMs, pictures }: Measured): string {
  const delay = (share: number) => percentileOf(delayMs, share)?.toFixed(0) ?? '–';
  const perSecond = (pictures / secondsMeasured).toFixed(1);
  return `| ${name} | ${cores.toFixed(2)} | ${perSecond} | ${delay(0.5)} | ${delay(0.95)} |`;
}

const library = await loadAv();
const rows = ['| what | cores | pictures/s | added ms, median | p95 |', '| --- | --- | --- | --- | --- |'];
for (const [from, to] of [
  ['VP8', 'H264'],
  ['H264', 'VP8'],
  ['VP8', 'VP9'],
] as const) {
  console.error(`Measuring ${from} to ${to} …`);
  rows.push(row(`${from} → ${to}, 720p30`, await measureTranscoding(library, from, to)));
}
console.error('Measuring a composite …');
rows.push(row('Composite of 4 × 640 × 360, VP8 → VP8, 720p30', await measureComposite(library)));
console.log(rows.join('\n'));
console.error('Measuring a show beside transcoding …');
console.log(`\n${await measureBesideTranscoding()}`);
console.log(
  `\nLoad of the machine: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}`,
);
// The WebRTC library's threads would keep the process alive.
process.exit();

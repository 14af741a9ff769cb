import {
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  type InputAudioTrack,
  type InputVideoTrack,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
} from 'mediabunny';
import type { RecordedCodec } from '../codecs/rtp-payload.ts';
import type { GrowingFile } from '../media-files/growing-file.ts';
import { MatroskaFile } from '../media-files/matroska-file.ts';
import { type Cut, isWanted, packetsOf } from './derived/cut.ts';
import { openMedia, type PlayableTrack, playableTracks } from './media-file.ts';

/** A packet with its position in the joined file. Times are whole milliseconds from the file's start. */
export type JoinedPacket = {
  kind: 'video' | 'audio';
  isKeyframe: boolean;
  timeMs: number;
  durationMs: number;
  data: Uint8Array;
};

/** A file into which packets are copied, in order. The underlying file reports disk errors. */
export interface JoinedFile {
  hasTrack(kind: JoinedPacket['kind']): boolean;
  /** @throws Error with one sentence, when the container cannot hold the track */
  addTrack(track: PlayableTrack): void;
  add(packet: JoinedPacket): Promise<void>;
  /** Writes the remaining data and the index. */
  finish(): Promise<void>;
}

/**
 * How many frames may come in addition to the packets that were counted, because a packet held several. Their place in
 * the index is some 20 kB.
 */
export const spareFrames = 1_000;

const trackNumbers = { video: 1, audio: 2 } as const;
const codecs: Readonly<Record<string, RecordedCodec>> = { vp8: 'VP8', vp9: 'VP9', opus: 'opus' };

/** Joins into WebM, with the writer of the embedded recorder. Tracks may be added at any time. */
export class JoinedWebm implements JoinedFile {
  readonly #matroska: MatroskaFile;

  constructor(file: GrowingFile) {
    this.#matroska = new MatroskaFile(file, 'webm');
  }

  hasTrack(kind: JoinedPacket['kind']): boolean {
    return this.#matroska.hasTrack(trackNumbers[kind]);
  }

  addTrack(track: PlayableTrack): void {
    const codec = codecs[track.codec ?? ''];
    if (codec === undefined) throw new Error(`The file holds ${track.codec}, which cannot be joined.`);
    if (track.isAudioTrack()) {
      const { numberOfChannels: channels } = track;
      this.#matroska.addTrack({ number: trackNumbers.audio, codec, setup: null, channels });
    } else if (track.isVideoTrack()) {
      const setup = { width: track.codedWidth, height: track.codedHeight, codecPrivate: null };
      this.#matroska.addTrack({ number: trackNumbers.video, codec, setup, channels: 0 });
    }
  }

  async add({ kind, isKeyframe, timeMs, durationMs, data }: JoinedPacket): Promise<void> {
    this.#matroska.add({
      track: trackNumbers[kind],
      isVideo: kind === 'video',
      isKeyframe,
      timeMs,
      durationMs,
      data: Buffer.from(data),
      arrivedAt: timeMs,
    });
  }

  async finish(): Promise<void> {
    this.#matroska.finish();
  }
}

/** The size of one write in bytes: the space reserved for the index is large, and arrives in one piece. */
const pieceBytes = 4 * 1024 * 1024;
/** How many packets are counted before the event loop gets a turn. */
const countsAtOnce = 1000;

/** The tracks by kind, in the order of their files. A decoder is configured for the first one. */
type Tracks = { video: CutTrack<InputVideoTrack>[]; audio: CutTrack<InputAudioTrack>[] };

/** A track, and the piece of it to copy if not all of it. */
type CutTrack<Track> = { track: Track; cut: Cut | undefined };

/** A file, and the piece of it to copy if not all of it. */
type Source = { path: string; cut?: Cut };

/** A sink for the packets of one track. */
type Sink = { add(packet: EncodedPacket): Promise<void> };

/**
 * Joins into MP4 with its index at the front. The length of the index depends on the number of packets, so they are
 * counted first; this avoids holding the media itself in memory.
 */
export class JoinedMp4 implements JoinedFile {
  readonly #output: Output;
  readonly #sinks: ReadonlyMap<JoinedPacket['kind'], Sink>;

  private constructor(output: Output, sinks: ReadonlyMap<JoinedPacket['kind'], Sink>) {
    this.#output = output;
    this.#sinks = sinks;
  }

  /**
   * Begins an MP4 file with space for the media of `sources`, and with all their tracks: a track that
   * appears only in a later file is there from the beginning.
   * @param breathe awaited now and then; a rejection aborts the work
   */
  static async open(file: GrowingFile, sources: readonly Source[], breathe: () => Promise<void>): Promise<JoinedMp4> {
    const inputs = await Promise.all(sources.map(({ path }) => openMedia(path)));
    try {
      const tracks: Tracks = { video: [], audio: [] };
      for (const [index, input] of inputs.entries()) {
        const cut = sources[index]?.cut;
        for (const track of (await playableTracks(input)).filter((one) => isWanted(one, cut))) {
          if (track.isVideoTrack()) tracks.video.push({ track, cut });
          else if (track.isAudioTrack()) tracks.audio.push({ track, cut });
        }
      }
      const format = new Mp4OutputFormat({ fastStart: 'reserve' });
      const output = new Output({ format, target: new StreamTarget(writableOf(file)) });
      const sinks = await addTracks(output, tracks, breathe);
      await output.start();
      return new JoinedMp4(output, sinks);
    } finally {
      for (const input of inputs) input.dispose();
    }
  }

  hasTrack(kind: JoinedPacket['kind']): boolean {
    return this.#sinks.has(kind);
  }

  addTrack(): void {
    throw new Error('A track appeared that was not found before.');
  }

  async add({ kind, isKeyframe, timeMs, durationMs, data }: JoinedPacket): Promise<void> {
    const packet = new EncodedPacket(data, isKeyframe ? 'key' : 'delta', timeMs / 1000, durationMs / 1000);
    await this.#sinks.get(kind)?.add(packet);
  }

  async finish(): Promise<void> {
    await this.#output.finalize();
  }
}

async function addTracks(
  output: Output,
  { video, audio }: Tracks,
  breathe: () => Promise<void>,
): Promise<Map<JoinedPacket['kind'], Sink>> {
  const sinks = new Map<JoinedPacket['kind'], Sink>();
  const [maximumVideo, maximumAudio] = await Promise.all([count(video, breathe), count(audio, breathe)]);
  const [firstVideo, firstAudio] = [video[0]?.track, audio[0]?.track];
  const videoConfig = await firstVideo?.getDecoderConfig();
  if (firstVideo?.codec && videoConfig) {
    const source = new EncodedVideoPacketSource(firstVideo.codec);
    const maximumPacketCount = maximumVideo + spareFrames;
    output.addVideoTrack(source, { decoderConfig: videoConfig, maximumPacketCount });
    sinks.set('video', source);
  }
  const audioConfig = await firstAudio?.getDecoderConfig();
  if (firstAudio?.codec && audioConfig) {
    const source = new EncodedAudioPacketSource(firstAudio.codec);
    output.addAudioTrack(source, { decoderConfig: audioConfig, maximumPacketCount: maximumAudio });
    sinks.set('audio', source);
  }
  return sinks;
}

async function count(tracks: readonly CutTrack<PlayableTrack>[], breathe: () => Promise<void>): Promise<number> {
  let packets = 0;
  for (const { track, cut } of tracks) {
    for await (const _ of packetsOf(track, cut, { metadataOnly: true })) {
      packets += 1;
      if (packets % countsAtOnce === 0) await breathe();
    }
  }
  return packets;
}

/** The file as mediabunny writes to it, at any position. The file reports disk errors. */
function writableOf(file: GrowingFile): WritableStream<StreamTargetChunk> {
  return new WritableStream({
    write: async ({ data, position }) => {
      for (let start = 0; start < data.length; start += pieceBytes) {
        file.write(position + start, Buffer.from(data.subarray(start, start + pieceBytes)));
        await file.drained();
      }
    },
  });
}

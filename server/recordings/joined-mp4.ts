import {
  ALL_FORMATS,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  type StreamTargetChunk,
} from 'mediabunny';
import type { GrowingFile } from '../embedded-kurento/recording/growing-file.ts';
import type { JoinedFile, JoinedPacket } from './joined-file.ts';
import { type PlayableTrack, playableTracks } from './media-file.ts';

/** So much is given to the disk at once, in bytes: the place kept for the index is large, and comes in one piece. */
const pieceBytes = 4 * 1024 * 1024;
/** How many packets are counted before others have their turn. */
const countsAtOnce = 1000;

/** The tracks of one kind, in the order of their files; the first is what a decoder is set up with. */
type Tracks = { video: InputVideoTrack[]; audio: InputAudioTrack[] };

/** What takes the packets of one track. */
type Sink = { add(packet: EncodedPacket): Promise<void> };

/**
 * Joins into MP4 with its index at the front. The index is as long as there are packets, so they are counted first;
 * that keeps the media itself out of memory.
 */
export class JoinedMp4 implements JoinedFile {
  readonly #output: Output;
  readonly #sinks: ReadonlyMap<JoinedPacket['kind'], Sink>;

  private constructor(output: Output, sinks: ReadonlyMap<JoinedPacket['kind'], Sink>) {
    this.#output = output;
    this.#sinks = sinks;
  }

  /**
   * Begins an MP4 file with room for the media of the files at `paths`, and with all their tracks: what comes only
   * with a later file has its place from the beginning.
   * @param breathe is awaited now and then, and rejects when the work is to be given up
   */
  static async open(file: GrowingFile, paths: readonly string[], breathe: () => Promise<void>): Promise<JoinedMp4> {
    const inputs = paths.map((path) => new Input({ source: new FilePathSource(path), formats: ALL_FORMATS }));
    try {
      const tracks: Tracks = { video: [], audio: [] };
      for (const track of (await Promise.all(inputs.map(playableTracks))).flat()) {
        if (track.isVideoTrack()) tracks.video.push(track);
        else if (track.isAudioTrack()) tracks.audio.push(track);
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
    throw new Error('A track was found that was not there before.');
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
  const videoConfig = await video[0]?.getDecoderConfig();
  if (video[0]?.codec && videoConfig) {
    const source = new EncodedVideoPacketSource(video[0].codec);
    output.addVideoTrack(source, { decoderConfig: videoConfig, maximumPacketCount: maximumVideo });
    sinks.set('video', source);
  }
  const audioConfig = await audio[0]?.getDecoderConfig();
  if (audio[0]?.codec && audioConfig) {
    const source = new EncodedAudioPacketSource(audio[0].codec);
    output.addAudioTrack(source, { decoderConfig: audioConfig, maximumPacketCount: maximumAudio });
    sinks.set('audio', source);
  }
  return sinks;
}

async function count(tracks: readonly PlayableTrack[], breathe: () => Promise<void>): Promise<number> {
  let packets = 0;
  for (const track of tracks) {
    for await (const _ of new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true })) {
      packets += 1;
      if (packets % countsAtOnce === 0) await breathe();
    }
  }
  return packets;
}

/** The file as mediabunny writes to it, at whatever place it likes; a disk that refuses is told by the file. */
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

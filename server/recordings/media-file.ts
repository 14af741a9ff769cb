import { open, rename, rm, stat } from 'node:fs/promises';
import {
  ALL_FORMATS,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  FilePathTarget,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  MatroskaInputFormat,
  MkvOutputFormat,
  Output,
  WebMInputFormat,
  WebMOutputFormat,
} from 'mediabunny';
import { hasMatroskaIndex } from './matroska-index.ts';

/** What is found in a media file. */
export type MediaFacts = {
  /** Measured to the last frame, not taken from the header. */
  durationMs: number;
  sizeBytes: number;
  /** As the container names them, such as `vp8` and `opus`; video first. */
  codecs: string[];
  contentType: string;
  /** True when a player knows the length and can jump. */
  isSeekable: boolean;
};

/** A header that is off by more than this is from another moment, in milliseconds. */
const durationToleranceMs = 1000;

/** Looks into a media file; `null` when it holds nothing that could be played. @throws when the disk fails */
export async function inspectMedia(path: string): Promise<MediaFacts | null> {
  const { size: sizeBytes } = await stat(path);
  if (sizeBytes === 0) return null;
  const hasIndex = await readIndex(path);
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    if (!(await input.canRead())) return null;
    const tracks = await playableTracks(input);
    if (tracks.length === 0) return null;
    const durationMs = Math.round((await input.computeDuration(tracks)) * 1000);
    const headerSeconds = await input.getDurationFromMetadata(tracks);
    const isMatroska = (await input.getFormat()) instanceof MatroskaInputFormat;
    const knowsDuration = headerSeconds !== null && Math.abs(headerSeconds * 1000 - durationMs) < durationToleranceMs;
    return {
      durationMs,
      sizeBytes,
      codecs: tracks.flatMap((track) => track.codec ?? []),
      contentType: await contentTypeOf(input, tracks),
      // Other containers cannot even be read without their index.
      isSeekable: !isMatroska || (hasIndex && knowsDuration),
    };
  } catch {
    // Whatever a torn file makes the reader stumble over, it is not playable.
    return null;
  } finally {
    input.dispose();
  }
}

/**
 * Writes the media of a Matroska or WebM file once more, with duration and index, and puts it in the place of the
 * old one in one step. Nothing is encoded again. When `signal` aborts or anything fails, the old file stays.
 * @throws when the file cannot be read or the disk refuses, and when `signal` aborts
 */
export async function makeSeekable(path: string, signal: AbortSignal): Promise<void> {
  const repaired = `${path}.repaired`;
  try {
    const { size } = await stat(path);
    await remux(path, repaired, signal);
    const [before, after] = await Promise.all([inspectMedia(path), inspectMedia(repaired)]);
    if (before === null || after === null || !after.isSeekable) throw new Error('The repaired file cannot be played.');
    const lostMs = before.durationMs - after.durationMs;
    if (lostMs > durationToleranceMs) throw new Error(`The repaired file would lack ${lostMs} ms.`);
    const handle = await open(repaired, 'r+');
    await handle.sync().finally(() => handle.close());
    // A writer that is still there would go on into a file that has no name any more.
    if ((await stat(path)).size !== size) throw new Error('The file is still being written.');
    await rename(repaired, path);
  } catch (error) {
    await rm(repaired, { force: true });
    throw error;
  }
}

async function remux(from: string, to: string, signal: AbortSignal): Promise<void> {
  const input = new Input({ source: new FilePathSource(from), formats: ALL_FORMATS });
  try {
    const isWebm = (await input.getFormat()) instanceof WebMInputFormat;
    const output = new Output({
      format: isWebm ? new WebMOutputFormat() : new MkvOutputFormat(),
      target: new FilePathTarget(to),
    });
    const copies = (await playableTracks(input)).map((track) => copyTrack(track, output));
    await output.start();
    try {
      await Promise.all(copies.map((copy) => copy.next()));
      for (;;) {
        signal.throwIfAborted();
        // The writer orders what it is given but holds what it cannot order yet: so the track that is behind goes first.
        const [behind] = copies.filter((copy) => !copy.isDone).sort((a, b) => a.positionSeconds - b.positionSeconds);
        if (behind === undefined) break;
        await behind.next();
      }
      await output.finalize();
    } catch (error) {
      await output.cancel();
      throw error;
    }
  } finally {
    input.dispose();
  }
}

/** Copies one track, a packet a call. */
class TrackCopy {
  positionSeconds = Number.NEGATIVE_INFINITY;
  isDone = false;
  #hasKeyframe = false;
  readonly #packets: AsyncGenerator<EncodedPacket, void, unknown>;
  readonly #add: (packet: EncodedPacket) => Promise<void>;
  readonly #end: () => void;

  constructor(
    packets: AsyncGenerator<EncodedPacket, void, unknown>,
    add: (packet: EncodedPacket) => Promise<void>,
    end: () => void,
  ) {
    this.#packets = packets;
    this.#add = add;
    this.#end = end;
  }

  /** Copies the next packet; what comes before the first keyframe is of no use and left out. */
  async next(): Promise<void> {
    for (;;) {
      const { value: packet, done } = await this.#packets.next();
      if (done === true || packet === undefined) {
        this.isDone = true;
        this.#end();
        return;
      }
      this.#hasKeyframe ||= packet.type === 'key';
      if (!this.#hasKeyframe) continue;
      this.positionSeconds = packet.timestamp;
      await this.#add(packet);
      return;
    }
  }
}

function copyTrack(track: InputVideoTrack | InputAudioTrack, output: Output): TrackCopy {
  const packets = new EncodedPacketSink(track).packets();
  if (track.isVideoTrack()) {
    if (track.codec === null) throw new Error('The file holds video of an unknown codec.');
    const source = new EncodedVideoPacketSource(track.codec);
    output.addVideoTrack(source);
    const add = async (packet: EncodedPacket): Promise<void> => {
      const decoderConfig = await track.getDecoderConfig();
      await source.add(packet, decoderConfig === null ? undefined : { decoderConfig });
    };
    return new TrackCopy(packets, add, () => source.close());
  }
  if (track.codec === null || !track.isAudioTrack()) throw new Error('The file holds sound of an unknown codec.');
  const source = new EncodedAudioPacketSource(track.codec);
  output.addAudioTrack(source);
  const add = async (packet: EncodedPacket): Promise<void> => {
    const decoderConfig = await track.getDecoderConfig();
    await source.add(packet, decoderConfig === null ? undefined : { decoderConfig });
  };
  return new TrackCopy(packets, add, () => source.close());
}

/** The tracks that hold anything: a recorder may announce one that never comes. */
async function playableTracks(input: Input): Promise<(InputVideoTrack | InputAudioTrack)[]> {
  const playable: (InputVideoTrack | InputAudioTrack)[] = [];
  for (const track of [...(await input.getVideoTracks()), ...(await input.getAudioTracks())]) {
    const first = await new EncodedPacketSink(track).getFirstKeyPacket({ metadataOnly: true });
    if (first !== null && track.codec !== null) playable.push(track);
  }
  return playable;
}

async function contentTypeOf(input: Input, tracks: readonly (InputVideoTrack | InputAudioTrack)[]): Promise<string> {
  const format = await input.getFormat();
  const kind = tracks.some((track) => track.isVideoTrack()) ? 'video' : 'audio';
  if (format instanceof WebMInputFormat) return `${kind}/webm`;
  if (format instanceof MatroskaInputFormat) return `${kind}/x-matroska`;
  const [type = ''] = format.mimeType.split(';');
  return type.replace(/^[a-z]+\//, `${kind}/`);
}

async function readIndex(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  return hasMatroskaIndex(handle).finally(() => handle.close());
}

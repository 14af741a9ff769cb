import { type FileHandle, open, stat } from 'node:fs/promises';
import {
  ALL_FORMATS,
  CustomSource,
  EncodedPacketSink,
  FilePathSource,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  MatroskaInputFormat,
  Mp4InputFormat,
  WebMInputFormat,
} from 'mediabunny';
import { nalLengthSize } from '../codecs/h264-file.ts';
import { ownMuxingApp } from '../media-files/matroska-file.ts';
import { hasMatroskaIndex, readMuxingApp } from '../media-files/matroska-head.ts';
import { readableLength } from '../media-files/matroska-length.ts';

/** The container of a finished recording. */
export type JoinedContainer = 'webm' | 'mp4';

/** The properties found in a media file. */
export type MediaInfo = {
  /** Measured to the last frame, not taken from the header. */
  durationMs: number;
  sizeBytes: number;
  /** As the container names them, such as `vp8` and `opus`; video first. */
  codecs: string[];
  contentType: string;
  /**
   * True when a player certainly knows the length and can seek: our own muxer wrote the file and completed it. An index
   * of another muxer proves nothing: Chromium fails to seek to the start of files that GStreamer completed.
   */
  isSeekable: boolean;
  /**
   * True when the file can be copied into one of its {@link finishedContainer}, alone or after another that matches.
   */
  isJoinable: boolean;
  /** The decoder setup of the picture; only files with equal setups can be joined. `null` without a picture. */
  video: string | null;
  /** The same for the sound. */
  audio: string | null;
};

/** A track that can be played. */
export type PlayableTrack = InputVideoTrack | InputAudioTrack;

/** In milliseconds; a header whose duration is off by more than this was written at another time. */
export const durationToleranceMs = 1000;

const joinableCodecs: Readonly<Record<JoinedContainer, ReadonlySet<string>>> = {
  webm: new Set(['vp8', 'vp9', 'opus']),
  // A Kurento records AAC with H.264.
  mp4: new Set(['avc', 'opus', 'aac']),
};

/**
 * The container of a finished recording with these codecs: every player accepts H.264 in MP4, and WebM cannot hold it.
 */
export function finishedContainer(codecs: readonly string[]): JoinedContainer {
  return codecs.includes('avc') ? 'mp4' : 'webm';
}

/**
 * Opens a media file for reading, up to where it can be read; see {@link readableLength}. The result must be disposed.
 * @throws Error of node:fs
 */
export async function openMedia(path: string): Promise<Input> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  const end = await readableLength(file).catch(() => size);
  if (end === size) {
    await file.close();
    return new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  }
  const read = async (start: number, until: number): Promise<Uint8Array> => {
    const { buffer } = await file.read(Buffer.alloc(until - start), 0, until - start, start);
    return buffer;
  };
  const source = new CustomSource({ getSize: () => end, read, dispose: () => void file.close() });
  return new Input({ source, formats: ALL_FORMATS });
}

/** Inspects a media file; returns `null` when it holds nothing that can be played. @throws when the disk fails */
export async function inspectMedia(path: string): Promise<MediaInfo | null> {
  const { size: sizeBytes } = await stat(path);
  if (sizeBytes === 0) return null;
  const isComplete = await withFile(path, async (file) => (await isOwn(file)) && (await hasMatroskaIndex(file)));
  const input = await openMedia(path);
  try {
    if (!(await input.canRead())) return null;
    const tracks = await playableTracks(input);
    if (tracks.length === 0) return null;
    const durationMs = Math.round((await input.computeDuration(tracks)) * 1000);
    const headerSeconds = await input.getDurationFromMetadata(tracks);
    const format = await input.getFormat();
    const isMatroska = format instanceof MatroskaInputFormat;
    const knowsDuration = headerSeconds !== null && Math.abs(headerSeconds * 1000 - durationMs) < durationToleranceMs;
    const videos = tracks.filter((track) => track.isVideoTrack());
    const audios = tracks.filter((track) => track.isAudioTrack());
    const isUsual = (isMatroska || format instanceof Mp4InputFormat) && videos.length < 2 && audios.length < 2;
    const codecs = tracks.flatMap((track) => track.codec ?? []);
    const joinable = joinableCodecs[finishedContainer(codecs)];
    return {
      durationMs,
      sizeBytes,
      codecs,
      contentType: await contentTypeOf(input, tracks),
      // Other containers cannot even be read without their index.
      isSeekable: !isMatroska || (isComplete && knowsDuration),
      isJoinable: isUsual && tracks.every(({ codec }) => codec !== null && joinable.has(codec)),
      video: await setupOf(videos[0]),
      audio: await setupOf(audios[0]),
    };
  } catch {
    // A file whose damage makes the reader fail is not playable.
    return null;
  } finally {
    input.dispose();
  }
}

/** The tracks that hold media, video first: a recorder may announce a track that never gets any. */
export async function playableTracks(input: Input): Promise<PlayableTrack[]> {
  const playable: PlayableTrack[] = [];
  for (const track of [...(await input.getVideoTracks()), ...(await input.getAudioTracks())]) {
    const first = await new EncodedPacketSink(track).getFirstKeyPacket({ metadataOnly: true });
    if (first !== null && track.codec !== null) playable.push(track);
  }
  return playable;
}

/** The decoder configuration in the container; `null` if there is none. */
export async function codecPrivateOf(track: PlayableTrack): Promise<Buffer | null> {
  const description = (await track.getDecoderConfig())?.description;
  if (description === undefined) return null;
  return ArrayBuffer.isView(description)
    ? Buffer.from(description.buffer, description.byteOffset, description.byteLength)
    : Buffer.from(description);
}

/**
 * The configuration that a decoder of the track needs from the container. VP8 and VP9 have everything in their
 * keyframes, including the size, and so does joined H.264, except for the format of its frames. AAC has it in the
 * container.
 */
async function setupOf(track: PlayableTrack | undefined): Promise<string | null> {
  if (track === undefined) return null;
  const { codec } = track;
  if (track.isAudioTrack() && codec === 'opus') return `${codec} ${track.numberOfChannels}`;
  if (codec !== 'avc' && codec !== 'aac') return `${codec}`;
  const codecPrivate = await codecPrivateOf(track);
  if (codec === 'aac' || codecPrivate === null) return `${codec} ${codecPrivate?.toString('hex')}`;
  return `${codec} ${nalLengthSize(codecPrivate)}`;
}

async function contentTypeOf(input: Input, tracks: readonly PlayableTrack[]): Promise<string> {
  const format = await input.getFormat();
  const kind = tracks.some((track) => track.isVideoTrack()) ? 'video' : 'audio';
  if (format instanceof WebMInputFormat) return `${kind}/webm`;
  if (format instanceof MatroskaInputFormat) return `${kind}/x-matroska`;
  const [type = ''] = format.mimeType.split(';');
  return type.replace(/^[a-z]+\//, `${kind}/`);
}

/** Whether the file at `path` is a Matroska or WebM file that another muxer wrote. `false` if there is no file. */
export async function isForeignMatroska(path: string): Promise<boolean> {
  if (!/\.(webm|mkv)$/.test(path)) return false;
  const isForeign = withFile(path, async (file) => (await file.stat()).size > 0 && !(await isOwn(file)));
  return await isForeign.catch(() => false);
}

async function isOwn(file: FileHandle): Promise<boolean> {
  return (await readMuxingApp(file)) === ownMuxingApp;
}

async function withFile<T>(path: string, look: (file: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r');
  return look(handle).finally(() => handle.close());
}

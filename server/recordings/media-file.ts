import { type FileHandle, open, stat } from 'node:fs/promises';
import {
  ALL_FORMATS,
  EncodedPacketSink,
  FilePathSource,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  MatroskaInputFormat,
  Mp4InputFormat,
  WebMInputFormat,
} from 'mediabunny';
import { nalLengthSize } from '../codecs/h264.ts';
import { ownMuxingApp } from '../media-files/matroska-file.ts';
import { hasMatroskaIndex, readMuxingApp } from '../media-files/matroska-head.ts';

/** The container that a recording is in once it is finished. */
export type JoinedContainer = 'webm' | 'mp4';

/** What is found in a media file. */
export type MediaInfo = {
  /** Measured to the last frame, not taken from the header. */
  durationMs: number;
  sizeBytes: number;
  /** As the container names them, such as `vp8` and `opus`; video first. */
  codecs: string[];
  contentType: string;
  /**
   * True when a player is certain to know the length and to be able to jump: our own muxer wrote the file and completed
   * it. An index of another muxer proves nothing: Chromium fails to seek to the start of what GStreamer completed.
   */
  isSeekable: boolean;
  /** True when it can be copied into a file of its {@link finishedContainer}, alone or behind another that agrees. */
  isJoinable: boolean;
  /** What a decoder of the picture has to be set up for; only files that agree can be joined. `null` without one. */
  video: string | null;
  /** The same of the sound. */
  audio: string | null;
};

/** A track of a file that can be played. */
export type PlayableTrack = InputVideoTrack | InputAudioTrack;

/** A header that is off by more than this is from another moment, in milliseconds. */
export const durationToleranceMs = 1000;

const joinableCodecs: Readonly<Record<JoinedContainer, ReadonlySet<string>>> = {
  webm: new Set(['vp8', 'vp9', 'opus']),
  // A Kurento puts AAC beside H.264.
  mp4: new Set(['avc', 'opus', 'aac']),
};

/** What media of these codecs is in once it is finished: everybody plays H.264 from MP4, and WebM does not hold it. */
export function finishedContainer(codecs: readonly string[]): JoinedContainer {
  return codecs.includes('avc') ? 'mp4' : 'webm';
}

/** Looks into a media file; `null` when it holds nothing that could be played. @throws when the disk fails */
export async function inspectMedia(path: string): Promise<MediaInfo | null> {
  const { size: sizeBytes } = await stat(path);
  if (sizeBytes === 0) return null;
  const isComplete = await withFile(path, async (file) => (await isOwn(file)) && (await hasMatroskaIndex(file)));
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
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
    // Whatever a torn file makes the reader stumble over, it is not playable.
    return null;
  } finally {
    input.dispose();
  }
}

/** The tracks that hold anything, video first: a recorder may announce one that never comes. */
export async function playableTracks(input: Input): Promise<PlayableTrack[]> {
  const playable: PlayableTrack[] = [];
  for (const track of [...(await input.getVideoTracks()), ...(await input.getAudioTracks())]) {
    const first = await new EncodedPacketSink(track).getFirstKeyPacket({ metadataOnly: true });
    if (first !== null && track.codec !== null) playable.push(track);
  }
  return playable;
}

/** What the container says to a decoder before the first frame; `null` if it says nothing. */
export async function codecPrivateOf(track: PlayableTrack): Promise<Buffer | null> {
  const description = (await track.getDecoderConfig())?.description;
  if (description === undefined) return null;
  return ArrayBuffer.isView(description)
    ? Buffer.from(description.buffer, description.byteOffset, description.byteLength)
    : Buffer.from(description);
}

/**
 * VP8 and VP9 say everything in their keyframes, their size too, and so does H.264 once it is joined, but for the form
 * of its frames. AAC says it in the container.
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

/** Whether the file at `path` is a Matroska or WebM file that another muxer wrote. `false` where there is no file. */
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

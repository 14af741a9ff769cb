import type { RecordedCodec } from '../codecs/rtp-payload.ts';
import { type ContainerFile, type FileFrame, type FileTrack, FrameQueue } from './container-file.ts';
import {
  ebmlId,
  element,
  fixedUnsignedElement,
  floatElement,
  idBytes,
  longLength,
  padding,
  textElement,
  unknownLength,
  unsignedElement,
} from './ebml.ts';
import type { GrowingFile } from './growing-file.ts';

/** The content of the header. Positions count from {@link segmentStart}; times are milliseconds. */
type MatroskaHeader = {
  readonly container: 'webm' | 'matroska';
  readonly tracks: readonly FileTrack[];
  readonly durationMs: number;
  /** The position of the index and the size of the file, once both are known. */
  readonly finished: { cuesPosition: number; fileSize: number } | null;
};

/**
 * The header always fills this many bytes, so that it can be rewritten in place: for a late track, for the duration,
 * and at the end for the index.
 */
const headerSize = 4096;

/** The name of our muxer in its files (MuxingApp, RFC 9559 §5.1.2.13). */
export const ownMuxingApp = 'Rostrum';

const codecIds: Readonly<Record<RecordedCodec, string>> = {
  VP8: 'V_VP8',
  VP9: 'V_VP9',
  H264: 'V_MPEG4/ISO/AVC',
  AV1: 'V_AV1',
  opus: 'A_OPUS',
};

/** Everything before the first cluster (RFC 9559), in exactly {@link headerSize} bytes. */
function matroskaHeader(header: MatroskaHeader): Buffer {
  const { finished } = header;
  const preamble = ebmlHeader(header.container);
  const segmentHead = Buffer.concat([
    idBytes(ebmlId.segment),
    finished === null ? unknownLength : longLength(finished.fileSize - segmentStart(header.container)),
  ]);
  const info = element(
    ebmlId.info,
    unsignedElement(ebmlId.timestampScale, 1_000_000),
    textElement(ebmlId.muxingApp, ownMuxingApp),
    textElement(ebmlId.writingApp, 'Rostrum'),
    floatElement(ebmlId.duration, header.durationMs),
  );
  const tracks = element(ebmlId.tracks, ...header.tracks.map(trackEntry));
  // Positions have a fixed width, so a first pass with zeros gives the length of the seek head.
  const seekSize = seekHead(0, 0, finished === null ? null : 0).length;
  const seek = seekHead(seekSize, seekSize + info.length, finished?.cuesPosition ?? null);
  const content = Buffer.concat([preamble, segmentHead, seek, info, tracks]);
  return Buffer.concat([content, padding(headerSize - content.length)]);
}

/** The position in the file where the segment's content starts, from which all positions inside count. */
function segmentStart(container: MatroskaHeader['container']): number {
  return ebmlHeader(container).length + 12;
}

function ebmlHeader(container: MatroskaHeader['container']): Buffer {
  return element(
    ebmlId.ebml,
    unsignedElement(ebmlId.ebmlVersion, 1),
    unsignedElement(ebmlId.ebmlReadVersion, 1),
    unsignedElement(ebmlId.ebmlMaxIdLength, 4),
    unsignedElement(ebmlId.ebmlMaxSizeLength, 8),
    textElement(ebmlId.docType, container),
    unsignedElement(ebmlId.docTypeVersion, 4),
    unsignedElement(ebmlId.docTypeReadVersion, 2),
  );
}

function seekHead(info: number, tracks: number, cues: number | null): Buffer {
  const entry = (id: number, position: number): Buffer =>
    element(ebmlId.seek, element(ebmlId.seekId, idBytes(id)), fixedUnsignedElement(ebmlId.seekPosition, position, 6));
  const entries = [entry(ebmlId.info, info), entry(ebmlId.tracks, tracks)];
  if (cues !== null) entries.push(entry(ebmlId.cues, cues));
  return element(ebmlId.seekHead, ...entries);
}

function trackEntry(track: FileTrack): Buffer {
  const common = [
    unsignedElement(ebmlId.trackNumber, track.number),
    unsignedElement(ebmlId.trackUid, track.number),
    unsignedElement(ebmlId.flagLacing, 0),
    textElement(ebmlId.language, 'und'),
    textElement(ebmlId.codecId, codecIds[track.codec]),
  ];
  if (track.setup === null) {
    return element(
      ebmlId.trackEntry,
      ...common,
      unsignedElement(ebmlId.trackType, 2),
      element(ebmlId.codecPrivate, opusHead(track.channels)),
      // A decoder that starts in the middle needs 80 ms to settle (RFC 7845 §4.6), in nanoseconds.
      unsignedElement(ebmlId.seekPreRoll, 80_000_000),
      element(
        ebmlId.audio,
        floatElement(ebmlId.samplingFrequency, 48_000),
        unsignedElement(ebmlId.channels, track.channels),
      ),
    );
  }
  const { width, height, codecPrivate } = track.setup;
  return element(
    ebmlId.trackEntry,
    ...common,
    unsignedElement(ebmlId.trackType, 1),
    ...(codecPrivate === null ? [] : [element(ebmlId.codecPrivate, codecPrivate)]),
    element(ebmlId.video, unsignedElement(ebmlId.pixelWidth, width), unsignedElement(ebmlId.pixelHeight, height)),
  );
}

/** The identification header of Opus (RFC 7845 §5.1), without pre-skip: a live stream has no encoder start to skip. */
function opusHead(channels: number): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head.writeUInt8(1, 8);
  head.writeUInt8(channels, 9);
  head.writeUInt32LE(48_000, 12);
  return head;
}

/**
 * A Matroska or WebM file that grows. It is written in whole clusters, so that it is readable whenever the process
 * ends. `finish()` adds the index and makes it seekable.
 *
 * Tracks may be added late: the header has room for them and is rewritten.
 */
export class MatroskaFile implements ContainerFile {
  readonly #file: GrowingFile;
  readonly #container: MatroskaHeader['container'];
  readonly #tracks: FileTrack[] = [];
  readonly #cues: Buffer[] = [];
  readonly #queue = new FrameQueue((frames) => this.#writeCluster(frames));
  #position = headerSize;

  constructor(file: GrowingFile, container: MatroskaHeader['container']) {
    this.#file = file;
    this.#container = container;
  }

  get endMs(): number {
    return this.#queue.endMs;
  }

  hasTrack(number: number): boolean {
    return this.#tracks.some((track) => track.number === number);
  }

  addTrack(track: FileTrack): void {
    this.#tracks.push(track);
    this.#tracks.sort((a, b) => a.number - b.number);
    this.#writeHeader(null);
  }

  add(frame: FileFrame): void {
    this.#whileWriting(() => this.#queue.add(frame));
  }

  tick(now: number): void {
    this.#whileWriting(() => this.#queue.tick(now));
  }

  flush(untilMs = 0): void {
    this.#whileWriting(() => this.#queue.flush(untilMs));
  }

  finish(): void {
    this.#queue.drain();
    if (this.#tracks.length === 0) return;
    const cuesPosition = this.#position - segmentStart(this.#container);
    const hasCues = this.#cues.length > 0;
    if (hasCues) this.#append(element(ebmlId.cues, ...this.#cues));
    this.#writeHeader(hasCues ? { cuesPosition, fileSize: this.#position } : null);
  }

  /** Writes with `write`, and then rewrites the header with the new duration. */
  #whileWriting(write: () => void): void {
    const before = this.#position;
    write();
    if (this.#position > before) this.#writeHeader(null);
  }

  #writeCluster(frames: readonly FileFrame[]): void {
    const first = frames[0];
    if (first === undefined) return;
    const blocks = frames.map((frame) => simpleBlock(frame, first.timeMs));
    // An index entry points to where a player can start: at a keyframe, or anywhere if there is only sound.
    const hasVideo = this.#tracks.some((track) => track.setup !== null);
    if (first.isKeyframe && (first.isVideo || !hasVideo)) this.#addCue(first);
    this.#append(element(ebmlId.cluster, unsignedElement(ebmlId.timestamp, first.timeMs), ...blocks));
  }

  #addCue(frame: FileFrame): void {
    const position = this.#position - segmentStart(this.#container);
    this.#cues.push(
      element(
        ebmlId.cuePoint,
        unsignedElement(ebmlId.cueTime, frame.timeMs),
        element(
          ebmlId.cueTrackPositions,
          unsignedElement(ebmlId.cueTrack, frame.track),
          fixedUnsignedElement(ebmlId.cueClusterPosition, position, 6),
        ),
      ),
    );
  }

  #writeHeader(finished: MatroskaHeader['finished']): void {
    const header = { container: this.#container, tracks: this.#tracks, durationMs: this.endMs, finished };
    this.#file.write(0, matroskaHeader(header));
  }

  #append(bytes: Buffer): void {
    this.#file.write(this.#position, bytes);
    this.#position += bytes.length;
  }
}

/** A frame as a SimpleBlock (RFC 9559 §10.2), with its time relative to that of its cluster. */
function simpleBlock(frame: FileFrame, clusterMsStart: number): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt8(0x80 | frame.track, 0);
  head.writeInt16BE(frame.timeMs - clusterMsStart, 1);
  head.writeUInt8(frame.isKeyframe ? 0x80 : 0, 3);
  return element(ebmlId.simpleBlock, head, frame.data);
}

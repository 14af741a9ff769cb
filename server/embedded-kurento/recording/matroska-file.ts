import type { ContainerFile, FileFrame, FileTrack } from './container-file.ts';
import { ebmlId, element, fixedUnsignedElement, unsignedElement } from './ebml.ts';
import { FrameQueue } from './frame-queue.ts';
import type { GrowingFile } from './growing-file.ts';
import { headerSize, type MatroskaHeader, matroskaHeader, segmentStart } from './matroska-header.ts';

/**
 * A Matroska or WebM file that grows. It is written in whole clusters, so that whatever moment ends the process, a
 * player finds a readable file; `finish()` adds the index and makes it seekable.
 *
 * Tracks may come late: the header has room and is written again.
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

  /** The header follows what was written, with its duration. */
  #whileWriting(write: () => void): void {
    const before = this.#position;
    write();
    if (this.#position > before) this.#writeHeader(null);
  }

  #writeCluster(frames: readonly FileFrame[]): void {
    const first = frames[0];
    if (first === undefined) return;
    const blocks = frames.map((frame) => simpleBlock(frame, first.timeMs));
    // An index entry leads to where a player can start: a keyframe, or anywhere if there is only sound.
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

/** A frame as a SimpleBlock (RFC 9559 §10.2), its time relative to that of its cluster. */
function simpleBlock(frame: FileFrame, clusterMsStart: number): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt8(0x80 | frame.track, 0);
  head.writeInt16BE(frame.timeMs - clusterMsStart, 1);
  head.writeUInt8(frame.isKeyframe ? 0x80 : 0, 3);
  return element(ebmlId.simpleBlock, head, frame.data);
}

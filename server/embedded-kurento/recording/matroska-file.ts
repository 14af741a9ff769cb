import { ebmlId, element, fixedUnsignedElement, unsignedElement } from './ebml.ts';
import type { GrowingFile } from './growing-file.ts';
import { headerSize, type MatroskaTrack, matroskaHeader, segmentStart } from './matroska-header.ts';

/** A frame in its place in the file. Times are whole milliseconds from the file's start. */
export type FileFrame = {
  readonly track: number;
  readonly isVideo: boolean;
  readonly isKeyframe: boolean;
  readonly timeMs: number;
  readonly durationMs: number;
  readonly data: Buffer;
  readonly arrivedAt: number;
};

/**
 * A cluster spans at most about this, in milliseconds: what a killed process loses, but for what is still waited for
 * from a slower track.
 */
const clusterMs = 500;
/** No frame is held back longer than this for a track that lags behind, in milliseconds: a kill costs what is held. */
const maxWaitMs = 800;
/** A track that was silent for this long is not waited for, in milliseconds. */
const silenceMs = 2000;
/** Bytes that may wait for a cluster; more closes it early. */
const maxPendingBytes = 8 * 1024 * 1024;

/**
 * A Matroska or WebM file that grows. It is written in whole clusters, so that whatever moment ends the process, a
 * player finds a readable file; `finish()` adds the index and makes it seekable.
 *
 * Tracks may come late: the header has room and is written again.
 */
export class MatroskaFile {
  readonly #file: GrowingFile;
  readonly #container: 'webm' | 'matroska';
  readonly #tracks: MatroskaTrack[] = [];
  readonly #cues: Buffer[] = [];
  readonly #lastTimeMs = new Map<number, number>();
  #pending: FileFrame[] = [];
  #pendingBytes = 0;
  #position = headerSize;
  #endMs = 0;

  constructor(file: GrowingFile, container: 'webm' | 'matroska') {
    this.#file = file;
    this.#container = container;
  }

  /** Where the last frame ends, in milliseconds. */
  get endMs(): number {
    return this.#endMs;
  }

  hasTrack(number: number): boolean {
    return this.#tracks.some((track) => track.number === number);
  }

  addTrack(track: MatroskaTrack): void {
    this.#tracks.push(track);
    this.#tracks.sort((a, b) => a.number - b.number);
    this.#writeHeader(null);
  }

  /** Takes a frame; the times of a track only grow. */
  add(frame: FileFrame): void {
    this.#pending.push(frame);
    this.#pendingBytes += frame.data.length;
    this.#lastTimeMs.set(frame.track, frame.timeMs);
    this.#endMs = Math.max(this.#endMs, frame.timeMs + frame.durationMs);
    const first = this.#pending[0];
    if (first === undefined) return;
    const waitedMs = frame.arrivedAt - first.arrivedAt;
    const isDue = frame.timeMs - first.timeMs >= clusterMs || waitedMs >= clusterMs;
    if (waitedMs >= maxWaitMs) this.#writeClusters(Number.POSITIVE_INFINITY);
    else if (isDue || this.#pendingBytes > maxPendingBytes) this.#writeClusters(this.#watermark(frame.timeMs));
  }

  /** Writes what has waited too long, for times when nothing comes. `now` is on the clock of `arrivedAt`. */
  tick(now: number): void {
    const first = this.#pending[0];
    const waitedMs = first === undefined ? 0 : now - first.arrivedAt;
    if (waitedMs < clusterMs) return;
    if (waitedMs < maxWaitMs) this.flush();
    else this.#writeClusters(Number.POSITIVE_INFINITY);
  }

  /** Writes what can be written in order, and what stands before `untilMs` in any case, however short the cluster. */
  flush(untilMs = 0): void {
    this.#writeClusters(Math.max(untilMs, this.#watermark(Math.max(...this.#lastTimeMs.values()))));
  }

  /** Writes what is left and the index. */
  finish(): void {
    this.#writeClusters(Number.POSITIVE_INFINITY);
    if (this.#tracks.length === 0) return;
    const cuesPosition = this.#position - segmentStart(this.#container);
    const hasCues = this.#cues.length > 0;
    if (hasCues) this.#append(element(ebmlId.cues, ...this.#cues));
    this.#writeHeader(hasCues ? { cuesPosition, fileSize: this.#position } : null);
  }

  /**
   * The time up to which no frame of a track that flows is still to come: so clusters hold their frames in order.
   * A track that has fallen silent is not waited for.
   */
  #watermark(newestMs: number): number {
    const flowing = [...this.#lastTimeMs.values()].filter((timeMs) => newestMs - timeMs < silenceMs);
    return this.#pendingBytes > maxPendingBytes ? Number.POSITIVE_INFINITY : Math.min(...flowing);
  }

  #writeClusters(untilMs: number): void {
    const ready = this.#pending.filter((frame) => frame.timeMs <= untilMs).sort((a, b) => a.timeMs - b.timeMs);
    if (ready.length === 0) return;
    this.#pending = this.#pending.filter((frame) => frame.timeMs > untilMs);
    this.#pendingBytes = this.#pending.reduce((sum, frame) => sum + frame.data.length, 0);
    let cluster: FileFrame[] = [];
    for (const frame of ready) {
      const first = cluster[0];
      const isEntry = frame.isVideo && frame.isKeyframe;
      if (first !== undefined && (isEntry || frame.timeMs - first.timeMs >= clusterMs)) {
        this.#writeCluster(cluster);
        cluster = [];
      }
      cluster.push(frame);
    }
    this.#writeCluster(cluster);
    this.#writeHeader(null);
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

  #writeHeader(finished: { cuesPosition: number; fileSize: number } | null): void {
    const header = { container: this.#container, tracks: this.#tracks, durationMs: this.#endMs, finished };
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

import type { CodecSetup, RecordedCodec } from '../codecs/rtp-payload.ts';

/** A track of a file. */
export type FileTrack = {
  readonly number: number;
  readonly codec: RecordedCodec;
  /** The setup of video; `null` for audio. */
  readonly setup: CodecSetup | null;
  /** The number of channels of audio. */
  readonly channels: number;
};

/** A frame with its position in the file. Times are whole milliseconds from the file's start. */
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
 * A media file that grows in whole pieces of half a second, so that it is readable whenever the process ends. Tracks
 * may be added late.
 */
export interface ContainerFile {
  /** Where the last frame ends, in milliseconds. */
  readonly endMs: number;
  hasTrack(number: number): boolean;
  addTrack(track: FileTrack): void;
  /** Takes a frame; the times of a track only grow. */
  add(frame: FileFrame): void;
  /** Writes frames that have waited too long, for times when no frames arrive. `now` is on the clock of `arrivedAt`. */
  tick(now: number): void;
  /** Writes the frames that are in order, and in any case those up to `untilMs`, however short the piece. */
  flush(untilMs?: number): void;
  /** Writes the remaining frames, and makes the file seekable. */
  finish(): void;
}

/**
 * The maximum span of a piece of a file, in milliseconds. A killed process loses about this much, and frames that are
 * still held back for a slower track.
 */
const pieceMs = 500;
/** The longest that a frame is held back for a track that lags behind, in milliseconds: a kill loses held frames. */
const maxWaitMs = 800;
/** A track without frames for this long is not waited for, in milliseconds. */
const silenceMs = 2000;
/** The number of bytes that may wait for a piece; with more, it is closed early. */
const maxPendingBytes = 8 * 1024 * 1024;

/** Gathers the frames of all tracks until a piece of the file is full, and emits them in the order of their times. */
export class FrameQueue {
  readonly #write: (frames: readonly FileFrame[]) => void;
  readonly #lastTimeMs = new Map<number, number>();
  #pending: FileFrame[] = [];
  #pendingBytes = 0;
  #endMs = 0;

  /** @param write receives pieces: frames that span at most half a second, with video keyframes only at the start */
  constructor(write: (frames: readonly FileFrame[]) => void) {
    this.#write = write;
  }

  /** Where the last frame ends, in milliseconds. */
  get endMs(): number {
    return this.#endMs;
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
    const isDue = frame.timeMs - first.timeMs >= pieceMs || waitedMs >= pieceMs;
    if (waitedMs >= maxWaitMs) this.drain();
    else if (isDue || this.#pendingBytes > maxPendingBytes) this.#give(this.#watermark(frame.timeMs));
  }

  /** Emits frames that have waited too long. `now` is on the clock of `arrivedAt`. */
  tick(now: number): void {
    const first = this.#pending[0];
    const waitedMs = first === undefined ? 0 : now - first.arrivedAt;
    if (waitedMs < pieceMs) return;
    if (waitedMs < maxWaitMs) this.flush(0);
    else this.drain();
  }

  /** Emits the frames that are in order, and in any case those up to `untilMs`. */
  flush(untilMs: number): void {
    this.#give(Math.max(untilMs, this.#watermark(Math.max(...this.#lastTimeMs.values()))));
  }

  /** Emits everything. */
  drain(): void {
    this.#give(Number.POSITIVE_INFINITY);
  }

  /**
   * The time up to which all frames of the active tracks have arrived, so that pieces contain their frames in order. A
   * track that has become silent is not waited for.
   */
  #watermark(newestMs: number): number {
    const flowing = [...this.#lastTimeMs.values()].filter((timeMs) => newestMs - timeMs < silenceMs);
    return this.#pendingBytes > maxPendingBytes ? Number.POSITIVE_INFINITY : Math.min(...flowing);
  }

  #give(untilMs: number): void {
    const ready = this.#pending.filter((frame) => frame.timeMs <= untilMs).sort((a, b) => a.timeMs - b.timeMs);
    if (ready.length === 0) return;
    this.#pending = this.#pending.filter((frame) => frame.timeMs > untilMs);
    this.#pendingBytes = this.#pending.reduce((sum, frame) => sum + frame.data.length, 0);
    let piece: FileFrame[] = [];
    for (const frame of ready) {
      const first = piece[0];
      const isEntry = frame.isVideo && frame.isKeyframe;
      if (first !== undefined && (isEntry || frame.timeMs - first.timeMs >= pieceMs)) {
        this.#write(piece);
        piece = [];
      }
      piece.push(frame);
    }
    this.#write(piece);
  }
}

import type { EncodedPacket } from 'mediabunny';
import type { PlayableTrack } from './media-file.ts';

/** A frame of a file; times in milliseconds, on the file's own clock. */
export type FileFrame = {
  readonly data: Buffer;
  readonly isKeyframe: boolean;
  readonly atMs: number;
  readonly durationMs: number;
};

/** Receives the events of a reader. */
export type ReaderListener = {
  /** More frames are there, or no more will come. */
  changed(): void;
  failed(error: unknown): void;
};

/** Up to this many frames that are stored later in the file may be shown earlier. */
const reorderedFrames = 4;
/** This much is enough to begin with, in milliseconds. */
const readyMs = 500;
/** A limit, so that a file with invalid times is not read into memory as a whole. */
const maxFrames = 2000;

/** Reads the frames of one track, a little ahead of time. */
export class TrackReader {
  readonly track: PlayableTrack;
  readonly #aheadMs: number;
  readonly #listener: ReaderListener;
  readonly #frames: FileFrame[] = [];
  #isEnded = false;
  #isClosed = false;
  #wake: (() => void) | null = null;

  /** @param aheadMs how far to read ahead */
  constructor(track: PlayableTrack, aheadMs: number, listener: ReaderListener) {
    this.track = track;
    this.#aheadMs = aheadMs;
    this.#listener = listener;
  }

  /** True when no frame is left, and none will follow. */
  get isOver(): boolean {
    return this.#isEnded && this.#frames.length === 0;
  }

  /** True when there is enough to begin with. */
  get isReady(): boolean {
    return this.isFull || this.#frames.length > reorderedFrames || this.#spanMs >= readyMs;
  }

  /** True when as much has been read as is ever read ahead. */
  get isFull(): boolean {
    return this.#isEnded || this.#wake !== null || this.#spanMs >= this.#aheadMs;
  }

  /** The next frame in the order of decoding; null while there is none. */
  get next(): FileFrame | null {
    return this.#frames[0] ?? null;
  }

  /** When the next frame must be sent: no later than any frame that depends on it is shown. */
  get nextDueMs(): number {
    let dueMs = Number.POSITIVE_INFINITY;
    for (let index = 0; index < reorderedFrames; index += 1) {
      dueMs = Math.min(dueMs, this.#frames[index]?.atMs ?? Number.POSITIVE_INFINITY);
    }
    return dueMs;
  }

  /** Removes the next frame. */
  shift(): void {
    this.#frames.shift();
    if (this.#hasCapacity()) this.#wakeUp();
  }

  /** Starts reading, once, with the packet that `first` returns. */
  start(first: () => Promise<EncodedPacket | null>): void {
    this.#read(first)
      .catch((error: unknown) => {
        // After closing, all pending reads fail.
        if (!this.#isClosed) this.#listener.failed(error);
      })
      .finally(() => {
        this.#isEnded = true;
        if (!this.#isClosed) this.#listener.changed();
      })
      .catch((error: unknown) => this.#listener.failed(error));
  }

  close(): void {
    this.#isClosed = true;
    this.#frames.length = 0;
    this.#wakeUp();
  }

  async #read(first: () => Promise<EncodedPacket | null>): Promise<void> {
    for (let packet = await first(); packet !== null; packet = await this.track.packets.getNextPacket(packet)) {
      if (this.#isClosed) return;
      const { data, type, timestamp, duration } = packet;
      this.#frames.push({
        data: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        isKeyframe: type === 'key',
        atMs: timestamp * 1000,
        durationMs: duration * 1000,
      });
      this.#listener.changed();
      if (!this.#hasCapacity()) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      if (this.#isClosed) return;
    }
  }

  #hasCapacity(): boolean {
    if (this.#frames.length <= reorderedFrames) return true;
    return this.#spanMs < this.#aheadMs && this.#frames.length < maxFrames;
  }

  /** Negative while there are no frames. */
  get #spanMs(): number {
    const [first, last] = [this.#frames[0], this.#frames.at(-1)];
    return first === undefined || last === undefined ? -1 : last.atMs - first.atMs;
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = null;
  }
}

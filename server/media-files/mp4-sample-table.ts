import type { FileFrame, FileTrack } from './container-file.ts';
import { ascii, box, fullBox, u16, u32 } from './mp4-boxes.ts';
import { sampleDescription, ticks } from './mp4-track.ts';

/** The number of Opus packets that a decoder needs to settle when it starts in the middle: 80 ms (RFC 7845 §4.6). */
const opusRollPackets = 4;

/** Records the positions of a track's samples, in about 10 bytes each, and builds the index from them. */
export class Mp4SampleTable {
  readonly track: FileTrack;
  readonly #timesMs = new GrowingNumbers(Uint32Array);
  readonly #sizes = new GrowingNumbers(Uint32Array);
  readonly #keyframes: number[] = [];
  /** The samples of a chunk are contiguous. */
  readonly #chunkPositions = new GrowingNumbers(Float64Array);
  readonly #chunkCounts = new GrowingNumbers(Uint32Array);
  #lastDurationMs = 0;

  constructor(track: FileTrack) {
    this.track = track;
  }

  /** Adds samples that are contiguous in the file, starting at `position`. */
  add(frames: readonly FileFrame[], position: number): void {
    for (const frame of frames) {
      this.#timesMs.push(frame.timeMs);
      this.#sizes.push(frame.data.length);
      if (frame.isKeyframe) this.#keyframes.push(this.#sizes.length);
      this.#lastDurationMs = frame.durationMs;
    }
    this.#chunkPositions.push(position);
    this.#chunkCounts.push(frames.length);
  }

  /** From the first sample to the end of the last, in milliseconds. */
  get span(): { startMs: number; endMs: number } {
    const count = this.#timesMs.length;
    if (count === 0) return { startMs: 0, endMs: 0 };
    return { startMs: this.#timesMs.at(0), endMs: Math.round(this.#timesMs.at(count - 1) + this.#lastDurationMs) };
  }

  /** The table of all samples (§8.5). */
  toBox(): Buffer {
    const isVideo = this.track.setup !== null;
    return box(
      'stbl',
      sampleDescription(this.track),
      this.#durations(),
      ...(isVideo ? [fullBox('stss', 0, 0, u32(this.#keyframes.length), u32FromAll(this.#keyframes))] : []),
      this.#chunkSizes(),
      fullBox('stsz', 0, 0, u32(0, this.#sizes.length), u32FromAll(this.#sizes.all())),
      this.#chunkOffsets(),
      ...(isVideo ? [] : preRoll(this.#sizes.length)),
    );
  }

  /** Each sample lasts until the next begins (§8.6.1.2): during a gap, the picture before it is shown. */
  #durations(): Buffer {
    const runs: number[] = [];
    const count = this.#timesMs.length;
    let runLength = 0;
    let runTicks = -1;
    for (let i = 0; i < count; i += 1) {
      const durationMs = i + 1 < count ? this.#timesMs.at(i + 1) - this.#timesMs.at(i) : this.#lastDurationMs;
      const durationTicks = Math.round(ticks(this.track, durationMs));
      if (durationTicks !== runTicks && runLength > 0) {
        runs.push(runLength, runTicks);
        runLength = 0;
      }
      runTicks = durationTicks;
      runLength += 1;
    }
    if (runLength > 0) runs.push(runLength, runTicks);
    return fullBox('stts', 0, 0, u32(runs.length / 2), u32FromAll(runs));
  }

  /** The number of samples in each chunk (§8.7.4), stated once for consecutive chunks with the same number. */
  #chunkSizes(): Buffer {
    const runs: number[] = [];
    for (let i = 0; i < this.#chunkCounts.length; i += 1) {
      const count = this.#chunkCounts.at(i);
      if (count !== runs.at(-2)) runs.push(i + 1, count, 1);
    }
    return fullBox('stsc', 0, 0, u32(runs.length / 3), u32FromAll(runs));
  }

  #chunkOffsets(): Buffer {
    const offsets = Buffer.alloc(8 * this.#chunkPositions.length);
    for (let i = 0; i < this.#chunkPositions.length; i += 1) {
      const position = this.#chunkPositions.at(i);
      offsets.writeUInt32BE(Math.floor(position / 2 ** 32), 8 * i);
      offsets.writeUInt32BE(position % 2 ** 32, 8 * i + 4);
    }
    return fullBox('co64', 0, 0, u32(this.#chunkPositions.length), offsets);
  }
}

/** States that decoding of sound must start a little before the position that is played (§10.1). */
function preRoll(samples: number): Buffer[] {
  const kind = ascii('roll');
  return [
    fullBox('sgpd', 1, 0, kind, u32(2, 1), u16(-opusRollPackets)),
    fullBox('sbgp', 0, 0, kind, u32(1, samples, 1)),
  ];
}

function u32FromAll(values: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (let i = 0; i < values.length; i += 1) bytes.writeUInt32BE(values[i] ?? 0, 4 * i);
  return bytes;
}

/** A compact growing list of numbers, for hours of samples. */
class GrowingNumbers<A extends Uint32Array | Float64Array> {
  readonly #make: new (
    length: number,
  ) => A;
  #values: A;
  #length = 0;

  constructor(make: new (length: number) => A) {
    this.#make = make;
    this.#values = new make(256);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new this.#make(2 * this.#length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  all(): ArrayLike<number> {
    return this.#values.subarray(0, this.#length);
  }
}

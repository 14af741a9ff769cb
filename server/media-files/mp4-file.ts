import { type ContainerFile, type FileFrame, type FileTrack, FrameQueue } from './container-file.ts';
import type { GrowingFile } from './growing-file.ts';
import { ascii, box, fullBox, u16, u32, u64 } from './mp4-boxes.ts';
import { Mp4SampleTable } from './mp4-sample-table.ts';
import { movieTimescale, sampleDescription, ticks, trackBox, unityMatrix } from './mp4-track.ts';

/** The samples of one track in a fragment; they are contiguous. */
type FragmentRun = {
  readonly track: FileTrack;
  readonly frames: readonly FileFrame[];
};

/** A fragment as bytes, and the offsets in it at which the samples of each run begin. */
type Mp4Fragment = { readonly bytes: Buffer; readonly offsets: readonly number[] };

/** "Does not depend on others", or "depends on others and is not a sync sample" (§8.8.3.1). */
const sampleFlags = { key: 0x02000000, delta: 0x01010000 } as const;
/** Offsets count from the fragment's start (§8.8.7). */
const baseIsFragment = 0x020000;
/** The offset of the samples, then the duration, size and flags of each (§8.8.8). */
const runContent = 0x000701;
const boxHead = 8;

/** A movie fragment (§8.8.4) followed by its media: the unit in which a growing file is written. */
function mp4Fragment(sequence: number, runs: readonly FragmentRun[]): Mp4Fragment {
  const sizes = runs.map(({ frames }) => frames.reduce((sum, { data }) => sum + data.length, 0));
  // Offsets have a fixed width, so a first pass with zeros gives the length of everything before the media.
  const headSize = movieFragment(sequence, runs, []).length + boxHead;
  const offsets = sizes.map((_size, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, headSize));
  const media = runs.flatMap(({ frames }) => frames.map(({ data }) => data));
  return { bytes: Buffer.concat([movieFragment(sequence, runs, offsets), box('mdat', ...media)]), offsets };
}

function movieFragment(sequence: number, runs: readonly FragmentRun[], offsets: readonly number[]): Buffer {
  const tracks = runs.map((run, i) => trackFragment(run, offsets[i] ?? 0));
  return box('moof', fullBox('mfhd', 0, 0, u32(sequence)), ...tracks);
}

function trackFragment({ track, frames }: FragmentRun, offset: number): Buffer {
  const samples = frames.flatMap((frame, i) => {
    const next = frames[i + 1];
    const durationMs = next === undefined ? frame.durationMs : next.timeMs - frame.timeMs;
    const flags = frame.isKeyframe ? sampleFlags.key : sampleFlags.delta;
    return [Math.round(ticks(track, durationMs)), frame.data.length, flags];
  });
  return box(
    'traf',
    fullBox('tfhd', 0, baseIsFragment, u32(track.number)),
    fullBox('tfdt', 1, 0, u64(ticks(track, frames[0]?.timeMs ?? 0))),
    fullBox('trun', 0, runContent, u32(frames.length, offset, ...samples)),
  );
}

/** Everything before the first fragment fills this many bytes, so that it can be rewritten in place. */
const headerSize = 4096;
const fileType = box('ftyp', ascii('isom'), u32(0x200), ascii('isomiso6mp41'));
/** As long as the head of a media data box with a 64-bit length, which it becomes in the end. */
const placeholder = box('free', Buffer.alloc(8));

/**
 * An MP4 file that grows. While it does, it is a fragmented file (ISO/IEC 14496-12 §8.8): each half second is written
 * as a whole fragment, so that the file is readable whenever the process ends. `finish()` turns it into an ordinary
 * file without moving a byte. It appends the index of all samples, and changes a few bytes at the beginning so that
 * everything before the index becomes one media data box, and readers no longer see any fragments.
 *
 * Tracks may be added late: the header has room for them and is rewritten.
 */
export class Mp4File implements ContainerFile {
  readonly #file: GrowingFile;
  readonly #tables = new Map<number, Mp4SampleTable>();
  readonly #queue = new FrameQueue((frames) => this.#writeFragment(frames));
  #position = headerSize;
  #fragments = 0;

  constructor(file: GrowingFile) {
    this.#file = file;
  }

  get endMs(): number {
    return this.#queue.endMs;
  }

  hasTrack(number: number): boolean {
    return this.#tables.has(number);
  }

  addTrack(track: FileTrack): void {
    this.#tables.set(track.number, new Mp4SampleTable(track));
    this.#writeHeader();
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
    this.flush(Number.POSITIVE_INFINITY);
    if (this.#fragments === 0) return;
    const mediaEnd = this.#position;
    this.#append(this.#movie((table) => trackBox(table.track, table.span, table.toBox())));
    // The fragments may disappear only once the index is on the disk: until then only they lead to the media.
    this.#file.fence();
    this.#file.write(fileType.length, Buffer.concat([u32(1), ascii('mdat'), u64(mediaEnd - fileType.length)]));
  }

  /** Writes with `write`, and then rewrites the header with the new duration. */
  #whileWriting(write: () => void): void {
    const before = this.#position;
    write();
    if (this.#position > before) this.#writeHeader();
  }

  #writeFragment(frames: readonly FileFrame[]): void {
    const tables = [...this.#tables.values()];
    const runs = tables
      .map((table) => ({
        table,
        track: table.track,
        frames: frames.filter(({ track }) => track === table.track.number),
      }))
      .filter((run) => run.frames.length > 0);
    this.#fragments += 1;
    const { bytes, offsets } = mp4Fragment(this.#fragments, runs);
    for (const [i, run] of runs.entries()) run.table.add(run.frames, this.#position + (offsets[i] ?? 0));
    this.#append(bytes);
  }

  #writeHeader(): void {
    const tracks = [...this.#tables.values()].map(({ track }) => track);
    const defaults = tracks.map((track) => fullBox('trex', 0, 0, u32(track.number, 1, 0, 0, 0)));
    const extension = box('mvex', fullBox('mehd', 0, 0, u32(Math.round(this.endMs))), ...defaults);
    const movie = this.#movie(({ track }) => trackBox(track, { startMs: 0, endMs: 0 }, emptyTable(track)), extension);
    const before = Buffer.concat([fileType, placeholder, movie]);
    this.#file.write(0, Buffer.concat([before, box('free', Buffer.alloc(headerSize - before.length - 8))]));
  }

  /** The movie box (§8.2.1). While the file grows, its fragments determine its duration. */
  #movie(trackOf: (table: Mp4SampleTable) => Buffer, extension: Buffer = Buffer.alloc(0)): Buffer {
    const tables = [...this.#tables.values()].sort((a, b) => a.track.number - b.track.number);
    const durationMs = extension.length > 0 ? 0 : Math.max(...tables.map(({ span }) => span.endMs));
    const next = Math.max(0, ...this.#tables.keys()) + 1;
    const head = fullBox(
      'mvhd',
      0,
      0,
      u32(0, 0, movieTimescale, durationMs, 0x10000),
      u16(0x0100, 0, 0, 0, 0, 0),
      unityMatrix,
      u32(0, 0, 0, 0, 0, 0, next),
    );
    return box('moov', head, ...tables.map(trackOf), extension);
  }

  #append(bytes: Buffer): void {
    this.#file.write(this.#position, bytes);
    this.#position += bytes.length;
  }
}

/** The table of a track whose samples are all in fragments. */
function emptyTable(track: FileTrack): Buffer {
  const nothing = u32(0);
  return box(
    'stbl',
    sampleDescription(track),
    fullBox('stts', 0, 0, nothing),
    fullBox('stsc', 0, 0, nothing),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, nothing),
  );
}

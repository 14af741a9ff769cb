import type { FileFrame, FileTrack } from './container-file.ts';
import { box, fullBox, u32, u64 } from './mp4-boxes.ts';
import { ticks } from './mp4-track.ts';

/** The samples of one track in a fragment; they lie behind one another. */
export type FragmentRun = {
  readonly track: FileTrack;
  readonly frames: readonly FileFrame[];
};

/** A fragment as bytes, and where in it the samples of each run begin. */
export type Mp4Fragment = { readonly bytes: Buffer; readonly offsets: readonly number[] };

/** "Depends on no other", or "depends on others and is no place to start" (§8.8.3.1). */
const sampleFlags = { key: 0x02000000, delta: 0x01010000 } as const;
/** Offsets count from the fragment's start (§8.8.7). */
const baseIsFragment = 0x020000;
/** Where the samples are, then duration, size and flags of each (§8.8.8). */
const runContent = 0x000701;
const boxHead = 8;

/** A movie fragment (§8.8.4) with its media behind it: what is written of a file that still grows. */
export function mp4Fragment(sequence: number, runs: readonly FragmentRun[]): Mp4Fragment {
  const sizes = runs.map(({ frames }) => frames.reduce((sum, { data }) => sum + data.length, 0));
  // Offsets have a fixed width, so a first pass with zeros tells how long what stands before the media is.
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

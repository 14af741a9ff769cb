import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MediaFacts } from './media-file.ts';
import type { Manifest } from './recording-manifest.ts';

/** A part of a recording and what is in it; `facts` are `null` if it cannot be played, or is not there. */
export type Part = { file: string; sizeBytes: number; facts: MediaFacts | null };

/** A part that can be played. */
export type PlayablePart = Part & { facts: MediaFacts };

/** The name of the first part of a recording. */
export const firstPartName = 'media-1.webm';

const partPattern = /^media-(\d+)\.webm$/;

/** Whether a file is called as a recorder was told to call it, and not as a finished recording is called. */
export function isPartName(file: string): boolean {
  return partPattern.test(file);
}

/** A name for one more part, in the order of numbers, that nothing in `folder` has. */
export async function nextPartName(folder: string, manifest: Manifest): Promise<string> {
  const taken = [manifest.file, ...manifest.parts, ...manifest.kept, ...manifest.obsolete];
  let number = Math.max(0, ...taken.map((file) => Number(partPattern.exec(file)?.[1] ?? 0)));
  for (;;) {
    number += 1;
    const name = `media-${number}.webm`;
    if ((await lstat(join(folder, name)).catch(() => null)) === null) return name;
  }
}

/** The name of the joined file: one that none of its parts has, so that the parts stay whole until it is there. */
export function joinedName({ parts, kept }: Manifest): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'media.webm' : `media-joined-${number}.webm`;
    if (!parts.includes(name) && !kept.includes(name)) return name;
  }
}

/** Which of the parts are joined, in order, and which are only kept: those of another codec, and those unreadable. */
export function planJoin(parts: readonly Part[]): { run: PlayablePart[]; rest: Part[] } {
  const runs: PlayablePart[][] = [];
  for (const part of parts) {
    if (part.facts === null) continue;
    const playable = { ...part, facts: part.facts };
    const last = runs.at(-1);
    if (last?.every((earlier) => canFollow(earlier.facts, playable.facts)) === true) last.push(playable);
    else runs.push([playable]);
  }
  const lengthOf = (run: readonly PlayablePart[]): number => run.reduce((sum, { facts }) => sum + facts.durationMs, 0);
  const run = runs.reduce<PlayablePart[]>((best, next) => (lengthOf(next) > lengthOf(best) ? next : best), []);
  const chosen = run.length > 0 ? run : (runs[0] ?? []);
  const joined = new Set(chosen.map(({ file }) => file));
  return { run: chosen, rest: parts.filter(({ file, sizeBytes }) => sizeBytes > 0 && !joined.has(file)) };
}

/** Whether two parts can follow each other in one file. A kind that only one of them has is no obstacle. */
function canFollow(a: MediaFacts, b: MediaFacts): boolean {
  const isSame = (x: string | null, y: string | null): boolean => x === null || y === null || x === y;
  return a.isJoinable && b.isJoinable && isSame(a.video, b.video) && isSame(a.audio, b.audio);
}

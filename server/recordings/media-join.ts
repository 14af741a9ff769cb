import { rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileFault, GrowingFile } from '../embedded-kurento/recording/growing-file.ts';
import { syncFolder } from '../replace-file.ts';
import type { JoinedContainer, JoinedFile } from './joined-file.ts';
import { JoinedMp4 } from './joined-mp4.ts';
import { JoinedWebm } from './joined-webm.ts';
import { durationToleranceMs, inspectMedia, type MediaFacts } from './media-file.ts';
import { PacketCopier } from './packet-copier.ts';

/** A file to be joined, and what was found in it. */
export type JoinSource = { path: string; facts: MediaFacts };

/** What stays free on the disk for the recordings that are under way, in bytes. */
const reserveBytes = 1024 * 1024;
/** What the index of an MP4 file may take at most, in bytes for each second: some 40 for each of 100 packets. */
const mp4IndexBytes = 4000;

/**
 * Copies the media of `sources`, one behind the other without gaps, into one file with duration and index, and puts
 * it at `target` in one step. Nothing is encoded again, and the sources stay. When `signal` aborts or anything
 * fails, there is no new file.
 * @returns what is in the new file
 * @throws when a source cannot be read or is still being written, when the disk refuses, and when `signal` aborts
 */
export async function joinMedia(
  sources: readonly JoinSource[],
  target: { path: string; container: JoinedContainer },
  signal: AbortSignal,
): Promise<MediaFacts> {
  const beside = `${target.path}.joining`;
  const { bavail, bsize } = await statfs(dirname(target.path));
  if (bavail * bsize < sizeOfJoined(sources, target.container) + reserveBytes)
    throw new Error('The disk has no room for the joined file.');
  try {
    const expectedMs = await copyAll(sources, { ...target, path: beside }, signal);
    const joined = await inspectMedia(beside);
    if (joined?.isSeekable !== true) throw new Error('The joined file cannot be played.');
    const lostMs = expectedMs - joined.durationMs;
    if (lostMs > durationToleranceMs) throw new Error(`The joined file would lack ${lostMs} ms.`);
    for (const { path, facts } of sources) {
      // A writer that is still there would go on into a file that nobody looks at any more.
      if ((await stat(path)).size !== facts.sizeBytes) throw new Error('A part is still being written.');
    }
    await rename(beside, target.path);
    await syncFolder(dirname(target.path));
    return joined;
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** How large the new file may become, in bytes. */
function sizeOfJoined(sources: readonly JoinSource[], container: JoinedContainer): number {
  const perSecond = container === 'mp4' ? mp4IndexBytes : 0;
  return sources.reduce((sum, { facts }) => sum + facts.sizeBytes + (facts.durationMs / 1000) * perSecond, 0);
}

/** @returns how long the new file should be, in milliseconds */
async function copyAll(
  sources: readonly JoinSource[],
  to: { path: string; container: JoinedContainer },
  signal: AbortSignal,
): Promise<number> {
  const fault: { found: FileFault | null } = { found: null };
  const file = new GrowingFile(to.path, (found) => {
    fault.found = found;
  });
  const breathe = async (): Promise<void> => {
    signal.throwIfAborted();
    await file.drained();
    if (fault.found !== null) throw new Error(fault.found.description, { cause: fault.found.cause });
  };
  let expectedMs = 0;
  try {
    const paths = sources.map(({ path }) => path);
    const joined: JoinedFile =
      to.container === 'mp4' ? await JoinedMp4.open(file, paths, breathe) : new JoinedWebm(file);
    const copier = new PacketCopier(joined, breathe);
    for (const { path, facts } of sources) expectedMs += facts.durationMs - (await copier.append(path));
    await joined.finish();
  } finally {
    await file.close();
  }
  if (fault.found !== null) throw new Error(fault.found.description, { cause: fault.found.cause });
  return expectedMs;
}

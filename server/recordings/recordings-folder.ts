import { randomInt, randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { chmod, lstat, realpath, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../platform/make-folder.ts';

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
const randomLength = 8;
const maxSlugLength = 64;
const idPattern = /^\d{4}-\d{2}-\d{2}-[a-z0-9-]{1,64}-[a-z2-9]{8}$/;

/**
 * Creates an id for a recording: its day, its channel and 40 random bits, such as `2026-11-22-math-101-k3v9x2pm`. Ids
 * sort by day, cannot be guessed from another, and are safe in URLs and as folder names.
 */
export function createRecordingId(channel: string, startedAt: number): string {
  const day = new Date(startedAt).toISOString().slice(0, 10);
  const slug = channel
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxSlugLength)
    .replaceAll(/^-+|-+$/g, '');
  const random = Array.from({ length: randomLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${day}-${slug || 'show'}-${random}`;
}

/** Whether `text` has the form of a recording's id. Such a text never names a path, only one folder. */
export function isRecordingId(text: string): boolean {
  return text.length <= 96 && idPattern.test(text);
}

/** Whether an entry of the recordings folder can be a recording: a folder, and no link to one, that is named like one. */
export function isRecordingEntry(entry: Dirent): boolean {
  return entry.isDirectory() && isRecordingId(entry.name);
}

/**
 * Creates `folder` if it is missing, checks that it is writable, and returns its real path.
 * @throws Error with one sentence, when it cannot be made or written
 */
export async function prepareFolder(folder: string): Promise<string> {
  try {
    await makeFolder(folder);
    // Several web servers that share the folder may start at the same moment.
    const probe = join(folder, `.rostrum-write-test-${randomUUID()}`);
    await writeFile(probe, '');
    await unlink(probe);
    return await realpath(folder);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The recordings folder ${folder} cannot be made or written (${reason}).`, { cause });
  }
}

/**
 * The size of a file in bytes; 0 when there is none.
 * @throws Error of node:fs when the disk cannot be read: a file that cannot be examined may be full of media
 */
export async function fileSize(path: string): Promise<number> {
  return (await findFile(path))?.size ?? 0;
}

/**
 * The stats of the file at `path`, read with `look`; `null` when there is none.
 * @throws Error of node:fs when the disk cannot be read
 */
export async function findFile(
  path: string,
  look: typeof stat | typeof lstat = stat,
): Promise<{ size: number } | null> {
  try {
    return await look(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether `file` is a plain file that really is in `folder`, without a link in its path. */
export async function isOwnFile(folder: string, file: string): Promise<boolean> {
  const found = await lstat(join(folder, file)).catch(() => null);
  if (found?.isFile() !== true) return false;
  return (await realpath(folder).catch(() => '')) === folder;
}

/**
 * Creates the folder of one recording if it is missing. A media server that runs as another user may write there if and
 * only if it may write to the parent folder.
 * @throws Error of node:fs
 */
export async function makeRecordingFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  await chmod(folder, (await stat(dirname(folder))).mode & 0o7777);
}

import { chmod, lstat, realpath, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';

/**
 * Makes `folder` if it is missing, tries whether it can be written, and gives its real path.
 * @throws Error one sentence, when it cannot
 */
export async function prepareFolder(folder: string): Promise<string> {
  try {
    await makeFolder(folder);
    const probe = join(folder, '.rostrum-write-test');
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
 * @throws Error of node:fs when the disk does not say: what cannot be seen may be full of media
 */
export async function fileSize(path: string): Promise<number> {
  return (await findFile(path))?.size ?? 0;
}

/**
 * What is at `path`, found with `look`; `null` when there is nothing.
 * @throws Error of node:fs when the disk does not say
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

/** Whether `file` is a plain file that really lies in `folder`, with no link on the way. */
export async function isOwnFile(folder: string, file: string): Promise<boolean> {
  const found = await lstat(join(folder, file)).catch(() => null);
  if (found?.isFile() !== true) return false;
  return (await realpath(folder).catch(() => '')) === folder;
}

/**
 * Makes the folder of one recording if it is missing. A media server that runs as another user may write there
 * exactly if it may write into the folder above.
 * @throws Error of node:fs
 */
export async function makeRecordingFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  await chmod(folder, (await stat(dirname(folder))).mode & 0o7777);
}

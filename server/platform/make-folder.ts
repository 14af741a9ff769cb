import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates `folder` and any missing folders above it, even while other processes do the same. `mkdir` with its
 * `recursive` option would do, but in Node 20 it never returns if the system reports that a folder does not exist in
 * one that does, as below `/proc`.
 * @throws Error of node:fs; `EEXIST` if there is something other than a folder
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeOne(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await makeOne(folder);
  }
}

/** Creates one folder, unless it exists. The folder above it must exist. */
async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const found = await stat(folder).catch(() => null);
    if (found?.isDirectory() !== true) throw error;
  }
}

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes `folder` and what is missing above it. `mkdir` with its `recursive` option would do, but in Node 20 it never
 * returns where the system denies that a folder exists in one that does, as below `/proc`.
 * @throws Error of node:fs
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

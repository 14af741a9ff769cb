import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../platform/make-folder.ts';

/**
 * Writes a file atomically: readers see either the old content or the new one, whatever fails meanwhile, and the new one
 * survives a power failure once this resolves. Two writes to the same path must not overlap.
 * @param mode the permissions of the new file, as far as the process may grant them
 * @throws Error of node:fs; the old file is then untouched
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  const fresh = `${path}.new`;
  try {
    const file = await open(fresh, 'w', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    // On a full disk, the partial file only takes up space.
    await rm(fresh, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes sure that renames in a folder survive a power failure. Does nothing on systems that cannot do this. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/**
 * Reads the text of the file `name` in `folder`. At the first start, the file is created with the text that `make`
 * returns; later starts read the same text. `mode` applies to a file that is created.
 * @throws Error of node:fs if the folder cannot be created, read or written
 */
export async function openTextFile(
  folder: string,
  name: string,
  make: () => string | Promise<string>,
  mode = 0o666,
): Promise<string> {
  const path = join(folder, name);
  await makeFolder(folder);
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (kept.trim() !== '') return kept.trim();
  const text = await make();
  await replaceFile(path, `${text}\n`, mode);
  return text;
}

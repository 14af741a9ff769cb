import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../platform/make-folder.ts';

/**
 * Writes a file in one step: whoever reads it, or whatever fails meanwhile, there is either the old text or the new
 * one, and the new one survives a power failure once this resolves. Two writes to the same path must not overlap.
 * @param mode the rights of the new file, as far as the process may give them
 * @throws Error of node:fs; the old file is untouched then
 */
export async function replaceFile(path: string, text: string, mode = 0o666): Promise<void> {
  const fresh = `${path}.new`;
  try {
    const file = await open(fresh, 'w', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    // On a full disk, what was written of it only takes space away.
    await rm(fresh, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes sure that what was renamed in a folder survives a power failure. Where systems cannot, nothing happens. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/**
 * Reads the text of the file `name` in `folder`, or makes it with `make` at the first start; it is the same at every
 * later one. `mode` is that of a file which is made.
 * @throws Error of node:fs when the folder cannot be made, read or written
 */
export async function openTextFile(folder: string, name: string, make: () => string, mode = 0o666): Promise<string> {
  const path = join(folder, name);
  await makeFolder(folder);
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (kept.trim() !== '') return kept.trim();
  const text = make();
  await replaceFile(path, `${text}\n`, mode);
  return text;
}

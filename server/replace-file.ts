import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

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
    // On a full disk, what was written of it only takes room away.
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

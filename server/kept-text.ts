import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { replaceFile } from './replace-file.ts';

/**
 * Reads the text of the file `name` in `folder`, or makes it with `make` at the first start; it is the same at every
 * later one. `mode` is that of a file which is made.
 * @throws Error of node:fs when the folder cannot be made, read or written
 */
export async function openKeptText(folder: string, name: string, make: () => string, mode = 0o666): Promise<string> {
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

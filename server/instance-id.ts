import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';

/**
 * The name of this installation among others that share a media server, from `<folder>/instance-id`; made there at the
 * first start, and the same at every later one.
 * @throws Error of node:fs when the folder cannot be made, read or written
 */
export async function openInstanceId(folder: string): Promise<string> {
  const path = join(folder, 'instance-id');
  await makeFolder(folder);
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (kept.trim() !== '') return kept.trim();
  const instanceId = randomUUID();
  await writeFile(path, `${instanceId}\n`);
  return instanceId;
}

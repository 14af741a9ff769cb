import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The project's own folder, whether this file runs from source or compiled below `dist`.
 * @throws Error when no package.json stands above this file
 */
export function findProjectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('The folder of Rostrum has no package.json. Please clone it again.');
    folder = above;
  }
  return folder;
}

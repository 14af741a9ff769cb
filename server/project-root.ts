import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Returns the project's root folder, whether this file runs from source or compiled below `dist`.
 * @throws Error if no folder above this file has a package.json
 */
export function findProjectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('The folder of Rostrum has no package.json. Please clone Rostrum again.');
    folder = above;
  }
  return folder;
}

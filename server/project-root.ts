import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import nextEnv from '@next/env';

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

/**
 * Reads the project's `.env` files into the environment, as Next.js does; variables that are set already stay.
 * @param dev whether those for development count instead of those for production
 * @throws Error as {@link findProjectRoot} does
 */
export function loadEnvFiles(dev = false): void {
  nextEnv.loadEnvConfig(findProjectRoot(), dev, { info: () => {}, error: () => {} });
}

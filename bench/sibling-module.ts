import { fileURLToPath } from 'node:url';

/**
 * The path of the module `name` (relative, without extension) as seen from the module at `url`: TypeScript where the
 * benchmark runs from source, JavaScript where it was compiled.
 */
export function siblingModule(url: string, name: string): string {
  return fileURLToPath(new URL(`${name}${url.endsWith('.ts') ? '.ts' : '.js'}`, url));
}

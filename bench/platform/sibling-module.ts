import { fileURLToPath } from 'node:url';

/**
 * The path of the module `name` (relative, without extension), relative to the module at `url`: TypeScript if the
 * benchmark runs from source, JavaScript if it was compiled.
 */
export function siblingModule(url: string, name: string): string {
  return fileURLToPath(new URL(`${name}${url.endsWith('.ts') ? '.ts' : '.js'}`, url));
}

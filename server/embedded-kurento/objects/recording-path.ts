import { isAbsolute, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The file that a recorder's address means: a `file:` URL, or a path inside `root`.
 * @throws Error with a sentence when it is none of both
 */
export function recordingPath(uri: string, root: string): string {
  if (uri === '') throw new Error('The address of the recording is empty.');
  if (/^file:/i.test(uri)) return pathOfFileUrl(uri);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1];
  if (scheme !== undefined) throw new Error(`Recordings go to files only, and '${scheme}:' is none: use a file: URL.`);
  const path = resolve(root, `./${uri}`);
  const inside = relative(root, path);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
    throw new Error(`'${uri}' is not a file inside the folder for recordings.`);
  }
  return path;
}

function pathOfFileUrl(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    throw new Error(`'${uri}' is not the URL of a file on this machine.`);
  }
}

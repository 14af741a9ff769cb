import { randomUUID } from 'node:crypto';
import { openKeptText } from './kept-text.ts';

/**
 * The name of this installation among others that share a media server, from `<folder>/instance-id`; made there at the
 * first start, and the same at every later one.
 * @throws Error of node:fs when the folder cannot be made, read or written
 */
export function openInstanceId(folder: string): Promise<string> {
  return openKeptText(folder, 'instance-id', randomUUID);
}

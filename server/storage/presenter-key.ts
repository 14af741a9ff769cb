import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { openTextFile } from './durable-files.ts';

/** The owner key, which allows everything. Its text is shown in one place only: the presenter's link at startup. */
export class PresenterKey {
  readonly text: string;
  readonly #digest: Buffer;

  constructor(text: string) {
    this.text = text;
    this.#digest = digest(text);
  }

  /** The key check: whether `candidate` is the presenter key. Takes constant time. */
  matches(candidate: string): boolean {
    return timingSafeEqual(digest(candidate), this.#digest);
  }

  /** Keeps the key out of logs and JSON. */
  toJSON(): string {
    return '[hidden]';
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Reads the key from `<folder>/presenter-key`, or creates it there at the first start, readable by its owner only.
 * @throws Error of node:fs if the folder cannot be created, read or written
 */
export async function openPresenterKey(folder: string): Promise<PresenterKey> {
  const text = await openTextFile(folder, 'presenter-key', () => randomBytes(18).toString('base64url'), 0o600);
  // Restricts a key file that is readable by others, such as one that was created by hand.
  await chmod(join(folder, 'presenter-key'), 0o600);
  return new PresenterKey(text);
}

/** A longer text cannot be a key or a signed link, and is not looked at. */
const maxKeyLength = 4_096;

/**
 * The key that a request sends as `Authorization: Bearer <key>`, in any case of the scheme
 * (https://www.rfc-editor.org/rfc/rfc9110#section-11.1); `null` if it sends none.
 */
export function bearerKey({ headers }: IncomingMessage): string | null {
  const key = /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
  return key === undefined || key.length > maxKeyLength ? null : key;
}

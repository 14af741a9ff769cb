import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { openTextFile } from './durable-files.ts';

/** The key that lets people go live. Its text is shown in one place only: the presenter's link at the start. */
export class PresenterKey {
  readonly text: string;
  readonly #digest: Buffer;

  constructor(text: string) {
    this.text = text;
    this.#digest = digest(text);
  }

  /** The key check: whether `candidate` is the presenter key. Takes the same time whatever the answer. */
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
 * Reads the key from `<folder>/presenter-key`, or makes one there at the first start, readable by its owner only.
 * @throws Error of node:fs when the folder cannot be made, read or written
 */
export async function openPresenterKey(folder: string): Promise<PresenterKey> {
  const text = await openTextFile(folder, 'presenter-key', () => randomBytes(18).toString('base64url'), 0o600);
  // One that was left open to others, or made by hand, is closed.
  await chmod(join(folder, 'presenter-key'), 0o600);
  return new PresenterKey(text);
}

/** What is longer is no key, and is not worth comparing. */
const maxKeyLength = 1024;

/**
 * The key that a request brings as `Authorization: Bearer <key>`, whatever the case of the scheme
 * (https://www.rfc-editor.org/rfc/rfc9110#section-11.1); `null` when it brings none.
 */
export function bearerKey({ headers }: IncomingMessage): string | null {
  const key = /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
  return key === undefined || key.length > maxKeyLength ? null : key;
}

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../lib/errors.ts';
import { keyChannelsSchema, keyNameSchema, type PresenterKeyInfo } from '../../lib/requests/access-requests.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import { parseJson } from '../parse-json.ts';
import { type KeyFiles, KeyFolder } from './key-folder.ts';

/**
 * A key as it is kept, in a file of its own. The text is random with 192 bits, so one round of SHA-256
 * is as hard to reverse as it can be; a slow hash is for texts that people choose.
 */
export const savedKeySchema = z.object({
  version: z.literal(1),
  id: z.string(),
  name: keyNameSchema,
  channels: keyChannelsSchema,
  createdAt: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** `rk_<id>_<secret>`: the id says which file to read, and is no secret. */
const keyPattern = /^rk_([0-9a-f]{12})_[A-Za-z0-9_-]{32}$/;
const idPattern = /^[0-9a-f]{12}$/;

/** Where the system does not report changes of a folder, a revoked key is noticed within this time, in milliseconds. */
const lookEveryMs = 5_000;

/**
 * The presenter keys. Every check reads the key's file, so a key that another process makes or revokes is
 * good or void at once.
 */
export class PresenterKeys {
  readonly #files: KeyFiles;

  /** @param files where they are: a folder, which is created when it is needed, or another storage */
  constructor(files: string | KeyFiles) {
    this.#files = typeof files === 'string' ? new KeyFolder(files) : files;
  }

  /**
   * Makes a key.
   * @returns the key, and its text, which is not stored
   * @throws Error of node:fs
   */
  async make(name: string, channels: PresenterKeyInfo['channels']): Promise<{ key: PresenterKeyInfo; text: string }> {
    const id = randomBytes(6).toString('hex');
    const text = `rk_${id}_${randomBytes(24).toString('base64url')}`;
    const key: PresenterKeyInfo = { id, name, channels, createdAt: Date.now() };
    await this.#files.write(id, JSON.stringify({ version: 1, ...key, sha256: digest(text) }));
    return { key, text };
  }

  /**
   * The key with this text; `null` if there is none. The comparison takes constant time.
   * @throws Error of node:fs if the key cannot be read
   */
  async find(text: string): Promise<PresenterKeyInfo | null> {
    const id = keyPattern.exec(text)?.[1];
    const saved = id === undefined ? null : await this.#read(id);
    if (saved === null) return null;
    return timingSafeEqual(Buffer.from(digest(text)), Buffer.from(saved.sha256)) ? describe(saved) : null;
  }

  /** The key with this id; `null` if there is none, or no longer. @throws Error of node:fs */
  async get(id: string): Promise<PresenterKeyInfo | null> {
    const saved = idPattern.test(id) ? await this.#read(id) : null;
    return saved === null ? null : describe(saved);
  }

  /** All keys, oldest first. @throws Error of node:fs */
  async list(): Promise<PresenterKeyInfo[]> {
    const saved = await Promise.all((await this.ids()).map((id) => this.#read(id)));
    return saved
      .filter((key) => key !== null)
      .map(describe)
      .toSorted((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id));
  }

  /** The ids of all keys. @throws Error of node:fs */
  ids(): Promise<string[]> {
    return this.#files.ids();
  }

  /** Revokes a key for good. @throws AppError `bad-request` if there is none with that id; Error of node:fs */
  async revoke(id: string): Promise<void> {
    if ((await this.get(id)) === null) throw new AppError('bad-request', 'There is no such key; it may be revoked.');
    await this.#files.remove(id);
  }

  async #read(id: string): Promise<z.output<typeof savedKeySchema> | null> {
    const text = await this.#files.read(id);
    if (text === null) return null;
    const parsed = savedKeySchema.safeParse(parseJson(text));
    // A file that was damaged, or renamed to another key's id, is no key.
    return parsed.success && parsed.data.id === id ? parsed.data : null;
  }

  /**
   * Calls `changed` with the ids of all keys now, after each change by whichever process, and every few seconds, until
   * the returned function is called.
   */
  follow(changed: (ids: ReadonlySet<string>) => void, logger: Logger): () => void {
    const look = () => {
      this.ids().then(
        (ids) =>
          notifyEach(
            [changed],
            (tell) => tell(new Set(ids)),
            (error) => logger.error({ err: error }, 'A change of the presenter keys could not be followed'),
          ),
        (error: unknown) => logger.warn({ err: error }, 'The folder of the presenter keys cannot be read'),
      );
    };
    const unwatch = this.#files.watch(look);
    const timer = setInterval(look, lookEveryMs).unref();
    look();
    return () => {
      clearInterval(timer);
      unwatch();
    };
  }
}

function describe({ id, name, channels, createdAt }: z.output<typeof savedKeySchema>): PresenterKeyInfo {
  return { id, name, channels, createdAt };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type SavedBroadcast, savedBroadcastSchema } from './broadcast/broadcast-types.ts';
import type { Logger } from './logger.ts';
import { makeFolder } from './make-folder.ts';

const fileSchema = z.object({ version: z.literal(1), broadcasts: z.array(savedBroadcastSchema) });

/**
 * Keeps on disk what is on air, so that a server that was killed can take it up again. The file holds resume tokens
 * and is readable by its owner only. Writes follow one another, and each replaces the file as a whole.
 */
export class LiveStore {
  readonly #path: string;
  readonly #logger: Logger;
  #written = '';
  #wanted: string | null = null;
  #writing: Promise<void> | null = null;

  constructor(folder: string, logger: Logger) {
    this.#path = join(folder, 'live.json');
    this.#logger = logger;
  }

  /** What was on air when the server went away; nothing where the file is missing or cannot be read. */
  async load(): Promise<SavedBroadcast[]> {
    try {
      this.#written = await readFile(this.#path, 'utf8');
      return fileSchema.parse(JSON.parse(this.#written)).broadcasts;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#logger.warn({ err: error, path: this.#path }, 'what was on air cannot be read, and is not taken up');
      }
      return [];
    }
  }

  /** Writes what is on air, if it has changed; resolves when the newest is on disk. Never rejects. */
  save(broadcasts: readonly SavedBroadcast[]): Promise<void> {
    const text = JSON.stringify({ version: 1, broadcasts });
    if (text === (this.#wanted ?? this.#written)) return this.#writing ?? Promise.resolve();
    this.#wanted = text;
    this.#writing ??= this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    for (let text = this.#wanted; text !== null; text = this.#wanted) {
      this.#wanted = null;
      this.#written = text;
      try {
        await this.#replace(text);
      } catch (error) {
        this.#logger.error({ err: error, path: this.#path }, 'what is on air cannot be kept');
      }
    }
    this.#writing = null;
  }

  async #replace(text: string): Promise<void> {
    await makeFolder(join(this.#path, '..'));
    const file = await open(`${this.#path}.new`, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${this.#path}.new`, this.#path);
  }
}

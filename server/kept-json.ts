import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from './logger.ts';
import { makeFolder } from './make-folder.ts';

/**
 * A file that holds the newest of something that changes. It is readable by its owner only. Writes follow one another,
 * and each replaces the file as a whole.
 */
export class KeptJson {
  readonly #path: string;
  readonly #logger: Logger;
  #written = '';
  #wanted: string | null = null;
  #writing: Promise<void> | null = null;

  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** Reads what was kept, as `parse` understands it; `fallback` where the file is missing or cannot be understood. */
  async load<Value>(parse: (json: unknown) => Value, fallback: Value): Promise<Value> {
    try {
      this.#written = await readFile(this.#path, 'utf8');
      return parse(JSON.parse(this.#written));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#logger.warn({ err: error, path: this.#path }, 'what was kept cannot be read, and is not taken up');
      }
      return fallback;
    }
  }

  /** Writes `value`, if it has changed; resolves when the newest is on disk. Never rejects. */
  save(value: unknown): Promise<void> {
    const text = JSON.stringify(value);
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
        this.#logger.error({ err: error, path: this.#path }, 'what is to be kept cannot be written');
      }
    }
    this.#writing = null;
  }

  async #replace(text: string): Promise<void> {
    await makeFolder(dirname(this.#path));
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

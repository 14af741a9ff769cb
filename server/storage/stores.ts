import { readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type SavedBroadcast, savedBroadcastSchema } from '../broadcast/broadcast-types.ts';
import { type SavedUpcoming, savedUpcomingSchema } from '../broadcast/upcoming-shows.ts';
import type { Logger } from '../logger.ts';
import { makeFolder } from '../platform/make-folder.ts';
import { replaceFile } from './durable-files.ts';

/**
 * A file that holds the latest version of a value. It is readable by its owner only. Writes are sequential, and each
 * replaces the whole file. A failed write is retried until it succeeds or is out of date.
 */
export class JsonFile {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #retryEveryMs: number;
  /** `null` while it is unknown. */
  #onDisk: string | null = null;
  #newest: string | null = null;
  #writing: Promise<void> | null = null;
  #retry: NodeJS.Timeout | undefined;

  /** @param retryEveryMs how long to wait after a failed write, in milliseconds */
  constructor(path: string, logger: Logger, retryEveryMs = 5_000) {
    this.#path = path;
    this.#logger = logger;
    this.#retryEveryMs = retryEveryMs;
  }

  /**
   * Reads the stored value with `parse`. Returns `fallback` if the file is missing, unreadable or cannot be parsed. A
   * file that cannot be parsed is moved aside, so that the next write does not destroy it.
   */
  async load<Value>(parse: (json: unknown) => Value, fallback: Value): Promise<Value> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.#logger.warn({ err: error, path: this.#path }, 'A stored file cannot be read, and is ignored');
      }
      return fallback;
    }
    try {
      const value = parse(JSON.parse(text));
      this.#onDisk = text;
      this.#newest = text;
      return value;
    } catch (error) {
      const aside = `${this.#path}.unreadable`;
      this.#logger.warn({ err: error, aside }, 'A stored file cannot be parsed, and is moved aside');
      await rename(this.#path, aside).catch((cause: unknown) => {
        this.#logger.warn({ err: cause, aside }, 'A file that cannot be parsed could not be moved aside');
      });
      return fallback;
    }
  }

  /** Writes `value` unless it is on disk. Resolves when the latest is, or when its write failed. Never rejects. */
  save(value: unknown): Promise<void> {
    this.#newest = JSON.stringify(value);
    if (this.#writing === null && this.#newest === this.#onDisk) return Promise.resolve();
    this.#writing ??= this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    clearTimeout(this.#retry);
    for (let text = this.#newest; text !== null && text !== this.#onDisk; text = this.#newest) {
      try {
        await makeFolder(dirname(this.#path));
        await replaceFile(this.#path, text, 0o600);
        this.#onDisk = text;
      } catch (error) {
        this.#onDisk = null;
        this.#logger.error({ err: error, path: this.#path }, 'A file could not be written; trying again later');
        if (text !== this.#newest) continue;
        this.#tryLater();
        break;
      }
    }
    this.#writing = null;
  }

  #tryLater(): void {
    this.#retry = setTimeout(() => {
      this.#writing ??= this.#write();
    }, this.#retryEveryMs);
    // The timer does not keep alive a process that has nothing else to do.
    this.#retry.unref();
  }
}

const versionSchema = z.looseObject({ version: z.literal(1) });

/** A list that outlives the server, in a file of its own: `{ "version": 1, "<name>": [ … ] }`. */
export class Store<Item> {
  readonly #file: JsonFile;
  readonly #name: string;
  readonly #items: z.ZodType<Item[]>;

  /** @param itemSchema the schema of an item on disk; it converts earlier formats to the current one */
  constructor(path: string, name: string, itemSchema: z.ZodType<Item>, logger: Logger) {
    this.#file = new JsonFile(path, logger);
    this.#name = name;
    this.#items = z.array(itemSchema);
  }

  /** The items as of the last write before the server ended; none if the file is missing or cannot be parsed. */
  load(): Promise<Item[]> {
    return this.#file.load((json) => this.#items.parse(versionSchema.parse(json)[this.#name]), []);
  }

  /** Writes the list if it has changed. Resolves when the latest is on disk, or could not be written. Never rejects. */
  save(items: readonly Item[]): Promise<void> {
    return this.#file.save({ version: 1, [this.#name]: items });
  }
}

/** The broadcasts on air, so that a server that was killed can resume them. The file contains resume tokens. */
export function liveStore(folder: string, logger: Logger): Store<SavedBroadcast> {
  return new Store(join(folder, 'live.json'), 'broadcasts', savedBroadcastSchema, logger);
}

/** The announced shows. They are often days ahead, so they must survive a restart. */
export function upcomingStore(folder: string, logger: Logger): Store<SavedUpcoming> {
  return new Store(join(folder, 'upcoming.json'), 'upcoming', savedUpcomingSchema, logger);
}

import { type FSWatcher, watch } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../platform/make-folder.ts';
import { replaceFile } from '../storage/durable-files.ts';

const filePattern = /^([0-9a-f]{12})\.json$/;
/** How often it is tried to watch a folder that is missing, in milliseconds. */
const observeEveryMs = 5_000;

/** Where the keys are kept, each as a text of its own. Every method rejects with the error of the storage. */
export interface KeyFiles {
  /** `null` if there is none. */
  read(id: string): Promise<string | null>;
  ids(): Promise<string[]>;
  write(id: string, text: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Calls `changed` when keys may have changed, until the returned function is called. */
  watch(changed: () => void): () => void;
}

/** The presenter keys in a folder: `<folder>/<id>.json`. Every read is one of the disk. */
export class KeyFolder implements KeyFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(id: string): Promise<string | null> {
    return await readFile(this.#pathOf(id), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  }

  async ids(): Promise<string[]> {
    const files = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return files.flatMap((file) => filePattern.exec(file)?.[1] ?? []);
  }

  async write(id: string, text: string): Promise<void> {
    await makeFolder(this.#folder);
    await replaceFile(this.#pathOf(id), `${text}\n`, 0o600);
  }

  async remove(id: string): Promise<void> {
    await rm(this.#pathOf(id), { force: true });
  }

  watch(changed: () => void): () => void {
    let watcher: FSWatcher | null = null;
    const observe = () => {
      try {
        watcher ??= watch(this.#folder, { persistent: false }, changed).on('error', () => {
          watcher?.close();
          watcher = null;
        });
      } catch {
        // There is no folder yet, or the system cannot watch it.
      }
    };
    const timer = setInterval(observe, observeEveryMs).unref();
    void makeFolder(this.#folder)
      .catch(() => undefined)
      .then(observe);
    return () => {
      clearInterval(timer);
      watcher?.close();
    };
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}

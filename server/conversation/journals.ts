import { appendFile, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../platform/make-folder.ts';

/** The journal of one conversation: everything that happened in it, one line of JSON each. */
export interface Journal {
  /** All lines, in order. What was being written when a server was killed is left out. @throws when it cannot be read */
  read(): Promise<string[]>;
  /**
   * Appends lines, all of them or, after a failure, maybe some. What was appended survives the end of the process. Calls
   * do not overlap.
   * @throws AppError or Error of node:fs if it is not certain that they were appended
   */
  append(lines: readonly string[]): Promise<void>;
  /** Removes it. @throws when it cannot be removed */
  remove(): Promise<void>;
}

/** The domain's port to where conversations are kept until the show has ended. */
export interface Journals {
  /** The journal of the show on `channel`, which may be empty. */
  of(show: { broadcastId: string; channel: string }): Journal;
}

/** A broadcast's id, as part of a file's name. */
const idPattern = /^[\w-]{1,64}$/;
const ending = '.jsonl';

/**
 * Journals in a folder of this machine, one file for each broadcast, readable by their owner only. A file is not synced:
 * what was appended survives a killed process, but not always a power failure, like the show's recording.
 */
export class FileJournals implements Journals {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  of({ broadcastId }: { broadcastId: string }): Journal {
    const path = join(this.#folder, `${broadcastId}${ending}`);
    let isReady = false;
    return {
      read: async () => {
        const text = await readFile(path).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return null;
          throw error;
        });
        if (text === null) return [];
        // A line that was being written when the server was killed would spoil the next one.
        const whole = text.lastIndexOf('\n') + 1;
        if (whole < text.length) await truncate(path, whole);
        return text.toString('utf8', 0, whole).split('\n').slice(0, -1);
      },
      append: async (lines) => {
        if (!isReady) await makeFolder(this.#folder);
        isReady = true;
        await appendFile(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
      },
      remove: () => rm(path, { force: true }),
    };
  }

  /** The ids of the broadcasts that have a journal. @throws Error of node:fs if the folder cannot be read */
  async list(): Promise<string[]> {
    const files = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return files.flatMap((file) => {
      const id = file.slice(0, -ending.length);
      return file.endsWith(ending) && idPattern.test(id) ? [id] : [];
    });
  }
}

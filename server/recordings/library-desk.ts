import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { RecordingLibrary } from './recording-library.ts';
import { keepLines } from './recording-rig.ts';

/*
 * For tests: a folder of recordings, and the libraries that are opened on it one after the other.
 */

/** A folder of recordings. */
export type LibraryDesk = {
  readonly folder: string;
  /** Opens a library on the folder, as a start of the server does. */
  open(held?: ReadonlySet<string>): Promise<RecordingLibrary>;
};

/** Gives every test of a file a folder of its own, and closes its libraries afterwards. To be called once a file. */
export function libraryDesk(): LibraryDesk {
  let folder = '';
  let libraries: RecordingLibrary[] = [];
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'recordings-')));
    libraries = [];
  });
  afterEach(async () => {
    await Promise.all(libraries.map((library) => library.close()));
    await rm(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return folder;
    },
    async open(held) {
      const library = await RecordingLibrary.open({ folder, held, logger: keepLines().logger });
      libraries.push(library);
      return library;
    },
  };
}

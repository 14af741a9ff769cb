import { lstat, readdir, rename, rmdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Logger } from '../../logger.ts';
import { inspectMedia } from '../media-file.ts';
import type { RecordingFinisher } from '../recording-finisher.ts';
import { type Manifest, type ManifestStore, manifestName, undecided } from '../recording-manifest.ts';
import { createRecordingId, isRecordingId, makeRecordingFolder } from '../recordings-folder.ts';
import { readImportedName } from './imported-name.ts';

type ImportParts = {
  manifests: ManifestStore;
  finisher: RecordingFinisher;
  /** How long a file must not have changed before it is imported, in milliseconds. */
  settledMs: number;
  logger: Logger;
};

/** A file that may become a recording. `name` is its entry in the recordings folder: itself, or the folder it is in. */
type Candidate = { name: string; path: string; title: string; size: number; mtimeMs: number };
/** What is known of an entry: how its file looked, since when, and whether there is nothing more to do about that. */
type Seen = { look: string; since: number; isDone: boolean };

const mediaPattern = /\.(?:webm|mkv|mp4)$/i;

/**
 * Makes recordings of media files, and of folders with one, that somebody puts into the recordings folder. A file is
 * left alone until it has stopped growing, and for good if it cannot be played.
 */
export class RecordingImport {
  readonly #parts: ImportParts;
  readonly #seen = new Map<string, Seen>();
  #work: Promise<void> | null = null;
  #isClosed = false;

  constructor(parts: ImportParts) {
    this.#parts = parts;
  }

  /** Looks at the entries of the recordings folder. Does nothing while earlier ones are being imported. Never rejects. */
  look(names: readonly string[]): void {
    if (this.#work !== null || this.#isClosed) return;
    this.#work = this.#lookAt(names).finally(() => {
      this.#work = null;
    });
  }

  /** Resolves when nothing is being moved any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
  }

  async #lookAt(names: readonly string[]): Promise<void> {
    const { manifests, logger } = this.#parts;
    const present = new Set(names);
    for (const name of this.#seen.keys()) if (!present.has(name)) this.#seen.delete(name);
    for (const name of names) {
      if (this.#isClosed) return;
      if (manifests.get(name) !== undefined) continue;
      try {
        await this.#consider(name);
      } catch (error) {
        this.#ignore(name, () => logger.warn({ err: error, name }, 'A file in the recordings folder was not imported'));
      }
    }
  }

  async #consider(name: string): Promise<void> {
    const { settledMs, logger } = this.#parts;
    const candidate = await this.#find(name);
    if (candidate === null) return;
    const look = `${candidate.path} ${candidate.size} ${candidate.mtimeMs}`;
    const seen = this.#seen.get(name);
    if (seen?.look !== look) {
      this.#seen.set(name, { look, since: performance.now(), isDone: false });
      return;
    }
    if (seen.isDone || performance.now() - seen.since < settledMs) return;
    seen.isDone = true;
    if (candidate.size === 0 || (await inspectMedia(candidate.path)) === null) {
      logger.warn({ name }, 'A file in the recordings folder cannot be played and is left alone');
      return;
    }
    await this.#take(candidate);
  }

  /** The file that is to be imported from an entry; `null` if there is none. */
  async #find(name: string): Promise<Candidate | null> {
    const { manifests, logger } = this.#parts;
    const path = join(manifests.folder, name);
    const found = await lstat(path);
    if (found.isFile() && mediaPattern.test(name)) {
      return { name, path, title: name.slice(0, -extname(name).length), size: found.size, mtimeMs: found.mtimeMs };
    }
    const inside = found.isDirectory() ? await readdir(path) : [];
    // A folder with a manifest is a recording; what is wrong with it is in the log already.
    if (inside.includes(manifestName)) return null;
    const media = inside.filter((file) => mediaPattern.test(file) && !file.startsWith('.'));
    const [file, ...others] = media;
    if (file === undefined || others.length > 0) {
      const look = `${name} ${media.length}`;
      if (this.#seen.get(name)?.look === look) return null;
      this.#seen.set(name, { look, since: 0, isDone: true });
      logger.info(
        { name, files: media.length },
        'An entry of the recordings folder is not a recording and is left alone',
      );
      return null;
    }
    const only = await lstat(join(path, file));
    if (!only.isFile()) return null;
    return { name, path: join(path, file), title: name, size: only.size, mtimeMs: only.mtimeMs };
  }

  /** Moves the file into the folder of a new recording, and finishes that as if it had been recorded here. */
  async #take({ name, path, title: text, mtimeMs }: Candidate): Promise<void> {
    const { manifests, finisher, logger } = this.#parts;
    const { channel, title, startedAt: told } = readImportedName(text);
    const startedAt = told ?? Math.max(0, Math.round(mtimeMs));
    // A folder that is called like a recording has lost its manifest, and keeps its address.
    const id = isRecordingId(name) ? name : createRecordingId(channel, startedAt);
    const folder = manifests.pathOf(id);
    const part = `media-1${extname(path).toLowerCase()}`;
    await makeRecordingFolder(folder);
    try {
      await rename(path, join(folder, part));
    } catch (error) {
      await rmdir(folder).catch(() => undefined);
      // Another web server with the same folder was faster.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    const manifest: Manifest = {
      ...{ version: 1, file: part, parts: [part], kept: [], obsolete: [], renaming: null, note: null },
      ...{ id, channel, title, startedAt, durationMs: null, sizeBytes: 0, codecs: [], contentType: 'video/webm' },
      ...{ state: 'finishing', failure: null, stored: null, chapters: [] },
      ...undecided,
    };
    try {
      await manifests.put(manifest);
    } catch (error) {
      await rename(join(folder, part), path);
      await rmdir(folder).catch(() => undefined);
      throw error;
    }
    // What else is in it stays.
    if (name !== id) await rmdir(join(manifests.folder, name)).catch(() => undefined);
    logger.info({ recordingId: id, name }, 'A file became a recording');
    void finisher.finish(manifest, { problem: null, unsettled: [] });
  }

  /** Reports what went wrong with an entry once, and tries again only when the entry has changed. */
  #ignore(name: string, report: () => void): void {
    const seen = this.#seen.get(name);
    if (seen?.look === 'broken') return;
    if (seen === undefined) this.#seen.set(name, { look: 'broken', since: 0, isDone: true });
    report();
  }
}

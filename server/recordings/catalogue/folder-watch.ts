import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../logger.ts';
import { Upkeep } from '../changes/upkeep.ts';
import { forEachOf } from '../for-each-of.ts';
import { type ManifestStore, manifestName } from '../recording-manifest.ts';
import { isRecordingEntry } from '../recordings-folder.ts';

type WatchParts = {
  manifests: ManifestStore;
  /** Whether this process alone writes the recording at the moment; then nobody else can have changed it. */
  isOwn: (id: string) => boolean;
  /** Whether the recording has no folder here, because it is only in the store. */
  isElsewhere: (id: string) => boolean;
  /** Gets what is in the folder beside the recordings, after each look. */
  others: (names: string[]) => void;
  /** How often the folder is looked at, in milliseconds. */
  everyMs: number;
  logger: Logger;
};

/** How many manifests of finished recordings each look compares with what was read. */
const comparedAtOnce = 250;
const looksAtOnce = 16;

/**
 * Notices what others change in the recordings folder: an operator who copies or removes recordings, and other web
 * servers. One listing at an interval finds what is new or gone; of the manifests, those that are unfinished are
 * compared by time at each look, and the rest in turns. No request waits for it.
 */
export class FolderWatch {
  readonly #parts: WatchParts;
  /** When each manifest was last written, as far as it was looked at. */
  readonly #written = new Map<string, number>();
  readonly #upkeep: Upkeep;
  #turn = 0;
  #isClosed = false;
  #isBroken = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#upkeep = new Upkeep(() => this.look(), parts.everyMs);
  }

  begin(): void {
    this.#upkeep.begin();
  }

  /** Stops looking; resolves when a look that is under way is over. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#upkeep.close();
  }

  /** Looks at the folder once. Never rejects. */
  async look(): Promise<void> {
    const { manifests, logger } = this.#parts;
    try {
      const entries = await readdir(manifests.folder, { withFileTypes: true });
      this.#isBroken = false;
      await this.#compare(new Set(entries.filter(isRecordingEntry).map(({ name }) => name)));
      const names = entries.map(({ name }) => name).filter((name) => !name.startsWith('.'));
      if (!this.#isClosed) this.#parts.others(names);
    } catch (error) {
      if (!this.#isBroken) logger.warn({ err: error }, 'The recordings folder cannot be read');
      this.#isBroken = true;
    }
  }

  async #compare(present: ReadonlySet<string>): Promise<void> {
    const { manifests, isOwn, isElsewhere, logger } = this.#parts;
    const known = manifests.all();
    for (const { id } of known) {
      if (present.has(id) || isOwn(id) || isElsewhere(id)) continue;
      this.#written.delete(id);
      manifests.forget(id);
      logger.info({ recordingId: id }, 'A recording was removed from the folder');
    }
    const fresh = [...present].filter((id) => manifests.get(id) === undefined);
    const unfinished = known.filter(({ state }) => state === 'recording' || state === 'finishing');
    const settled = known.slice(this.#turn, this.#turn + comparedAtOnce);
    this.#turn = this.#turn + comparedAtOnce < known.length ? this.#turn + comparedAtOnce : 0;
    const due = new Set([...fresh, ...unfinished.map(({ id }) => id), ...settled.map(({ id }) => id)]);
    await forEachOf([...due], looksAtOnce, (id) => this.#reread(id));
  }

  /** Reads a manifest again if it was written since the last look. One that cannot be read stays as it was known. */
  async #reread(id: string): Promise<void> {
    const { manifests, isOwn } = this.#parts;
    if (this.#isClosed || isOwn(id)) return;
    const found = await stat(join(manifests.pathOf(id), manifestName)).catch(() => null);
    if (found === null || this.#written.get(id) === found.mtimeMs) return;
    const isRead = await manifests.reload(id).then(
      () => true,
      () => false,
    );
    // What cannot be read, because it is being copied, is tried again.
    if (isRead) this.#written.set(id, found.mtimeMs);
  }
}

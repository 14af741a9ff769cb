import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../lib/errors.ts';
import type { RecordingVisibility } from '../../../lib/recording-library.ts';
import type { Logger } from '../../logger.ts';
import type { RecordingFinisher } from '../recording-finisher.ts';
import { isSettled, isUnfinished, type Manifest, type ManifestStore, undecided } from '../recording-manifest.ts';
import type { RecordingRepairs } from '../recording-repairs.ts';
import type { RecordingArchive } from '../s3/recording-archive.ts';
import type { SerialQueues } from '../serial-queues.ts';
import type { SharedFolder } from '../shared-folder.ts';

type EditorParts = {
  manifests: ManifestStore;
  finisher: RecordingFinisher;
  changes: SerialQueues;
  repairs: RecordingRepairs;
  shared: SharedFolder;
  logger: Logger;
};

const { markedSince: unmarked } = undecided;

/** What people may change about a recording. */
export type RecordingEdit = { title?: string; visibility?: RecordingVisibility; isKept?: boolean };

/**
 * Changes what people decide about recordings: names, who finds them, and whether they are in the trash or deleted. The
 * changes of one recording are done one after the other.
 */
export class RecordingEditor {
  readonly #parts: EditorParts;
  #archive: RecordingArchive | null = null;

  constructor(parts: EditorParts) {
    this.#parts = parts;
  }

  /** From now on, changes of stored recordings also reach the store. */
  follow(archive: RecordingArchive): void {
    this.#archive = archive;
  }

  /** @throws AppError `recording-not-found`, also for one in the trash */
  find(id: string): Manifest {
    const manifest = this.#parts.manifests.get(id);
    if (manifest === undefined || manifest.deletedAt !== null) throw notFound();
    return manifest;
  }

  /** A recording in the trash. @throws AppError `recording-not-found`, also for one that is not there */
  findDeleted(id: string): Manifest {
    const manifest = this.#parts.manifests.get(id);
    if (manifest === undefined || manifest.deletedAt === null) throw notFound();
    return manifest;
  }

  /**
   * Changes a recording. Another visibility ends its share links.
   * @throws AppError `recording-not-found`, `recording-in-use` while another web server writes it,
   * `recording-store-unavailable`; Error of node:fs
   */
  async edit(id: string, edit: RecordingEdit): Promise<void> {
    await this.#change(
      id,
      () => this.find(id),
      (now) => {
        const hasMoved = edit.visibility !== undefined && edit.visibility !== now.visibility;
        return { ...now, ...edit, shareVersion: now.shareVersion + Number(hasMoved) };
      },
    );
  }

  /** Ends all share links of a recording. @throws as {@link edit} does */
  async endShares(id: string): Promise<void> {
    await this.#change(
      id,
      () => this.find(id),
      (now) => ({ ...now, shareVersion: now.shareVersion + 1 }),
    );
  }

  /**
   * Moves a recording to the trash, where nobody can watch it, and from where it comes back unchanged.
   * @param isDue whether it shall still go, after the changes under way
   * @returns whether it went
   * @throws as {@link edit} does; `recording-in-use` for a recording that is being written
   */
  async trash(id: string, isDue: (now: Manifest) => boolean = () => true): Promise<boolean> {
    this.#findIdle(id);
    const hasGone = await this.#change(
      id,
      () => this.#requireArchive(this.#findIdle(id)),
      (now) => (isDue(now) ? { ...now, deletedAt: Date.now() } : null),
    );
    if (hasGone) this.#parts.logger.info({ recordingId: id }, 'A recording was moved to the trash');
    return hasGone;
  }

  /** Takes a recording out of the trash. The limits have to mark it anew. @throws as {@link edit} does */
  async restore(id: string): Promise<void> {
    await this.#change(
      id,
      () => this.findDeleted(id),
      (now) => ({ ...now, deletedAt: null, markedSince: unmarked }),
    );
    this.#parts.logger.info({ recordingId: id }, 'A recording was taken out of the trash');
  }

  /**
   * Notes which limits mark a recording, from the time `at` on if they did not before; that is no edit. Does nothing for
   * one that is in the trash, or being written.
   * @throws Error of node:fs; then the mark is in memory only
   */
  async mark(id: string, by: { age: boolean; space: boolean }, at: number): Promise<void> {
    const { changes, finisher, shared, manifests } = this.#parts;
    await shared.look(id);
    await changes.run(id, async () => {
      const now = manifests.get(id);
      if (now === undefined || now.deletedAt !== null || isUnfinished(now) || finisher.underWay(id) !== undefined)
        return;
      const age = by.age ? (now.markedSince.age ?? at) : null;
      const space = by.space ? (now.markedSince.space ?? at) : null;
      if (age === now.markedSince.age && space === now.markedSince.space) return;
      const marked = { ...now, markedSince: { age, space } };
      manifests.note(marked);
      // Of recordings that are only in the store, this machine has no manifest on disk.
      if (this.#archive?.isForeign(id) !== true) await manifests.put(marked);
    });
  }

  /** What was edited on another machine with the same store replaces what was edited here before. */
  async adopt(id: string, theirs: Manifest): Promise<void> {
    const { changes, manifests, finisher } = this.#parts;
    await changes.run(id, async () => {
      await finisher.underWay(id);
      const now = manifests.get(id);
      if (now === undefined || theirs.editedAt <= now.editedAt) return;
      const { title, visibility, isKept, deletedAt, shareVersion, editedAt } = theirs;
      const stored = now.stored && { ...now.stored, title, editedAt };
      // It may have been taken out of the trash there.
      const edited = { title, visibility, isKept, deletedAt, shareVersion, editedAt, markedSince: unmarked };
      await manifests.put({ ...now, ...edited, stored });
    });
  }

  /**
   * Deletes a recording with its file, here and in the store, whether it is in the trash or not.
   * @throws AppError `recording-not-found`, `recording-in-use`, `recording-store-unavailable`
   */
  async remove(id: string): Promise<void> {
    // Fails immediately, rather than only after the changes under way.
    this.#findIdle(id, true);
    await this.#parts.changes.run(id, async () => {
      const manifest = this.#requireArchive(this.#findIdle(id, true));
      if (this.#archive === null) await this.#removeFiles(manifest);
      else await this.#archive.remove(manifest, () => this.#removeFiles(manifest));
    });
  }

  /** Another machine deleted the recording. One that is in use stays. */
  async removeLocal(id: string): Promise<void> {
    await this.#parts.changes.run(id, async () => {
      const manifest = this.#parts.manifests.get(id);
      const isUsed = manifest !== undefined && this.#parts.finisher.underWay(id) !== undefined;
      if (manifest !== undefined && isSettled(manifest) && !isUsed) await this.#removeFiles(manifest);
    });
  }

  /** @throws AppError `recording-store-unavailable` when a recording is in a store, and none is set any more */
  requireArchive({ stored }: Manifest): void {
    if (stored === null || this.#archive !== null) return;
    const message = 'This recording is in a store for recordings, and none is set. Please tell the server’s operator.';
    throw new AppError('recording-store-unavailable', message);
  }

  #requireArchive(manifest: Manifest): Manifest {
    this.requireArchive(manifest);
    return manifest;
  }

  /** @returns `false` if `change` decided against it */
  async #change(id: string, find: () => Manifest, change: (now: Manifest) => Manifest | null): Promise<boolean> {
    const { changes, finisher, shared, manifests } = this.#parts;
    await shared.look(id);
    find();
    return await changes.run(id, async () => {
      await finisher.underWay(id);
      const now = find();
      if (shared.isOthers(id)) throw inUse('Another server is writing this recording. Please change it afterwards.');
      const wanted = change(now);
      if (wanted === null) return false;
      const changed = { ...wanted, editedAt: Math.max(Date.now(), now.editedAt + 1) };
      if (this.#archive?.isForeign(id) === true) await this.#archive.publishForeign(changed);
      else await manifests.put(changed);
      return true;
    });
  }

  async #removeFiles(manifest: Manifest): Promise<void> {
    const { repairs, manifests, logger } = this.#parts;
    const { id } = manifest;
    repairs.claim(id);
    manifests.forget(id);
    const folder = manifests.pathOf(id);
    try {
      // The manifest goes last: if this is interrupted, the rest is still listed and can be deleted.
      for (const file of [...manifest.obsolete, ...manifest.kept, ...manifest.parts, manifest.file])
        await rm(join(folder, file), { force: true });
      await rm(folder, { recursive: true, force: true });
    } catch (cause) {
      manifests.note(manifest);
      const message = 'The recording could not be deleted, because the server’s disk refused.';
      throw new AppError('internal', message, { cause });
    }
    logger.info({ recordingId: id }, 'A recording was deleted');
  }

  /** Finds a recording that is neither being written nor being finished. */
  #findIdle(id: string, isTrashToo = false): Manifest {
    const { manifests, finisher } = this.#parts;
    const manifest = isTrashToo ? manifests.get(id) : this.find(id);
    if (manifest === undefined) throw notFound();
    if (isUnfinished(manifest) || finisher.underWay(id) !== undefined)
      throw inUse('This recording is still being written. Please delete it afterwards.');
    return manifest;
  }
}

/** The error for a recording that does not exist, or that is in the trash. */
export function notFound(): AppError {
  return new AppError('recording-not-found', 'There is no such recording; it may have been deleted.');
}

function inUse(message: string): AppError {
  return new AppError('recording-in-use', message);
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../lib/errors.ts';
import { isSettled, type Manifest, type StoredMedia } from '../recording-manifest.ts';
import { isOwnFile } from '../recordings-folder.ts';
import type { ArchiveParts } from './archive-parts.ts';
import { DueQueue, type Pauses } from './due-queue.ts';
import { discardUpload, type UploadedFile, uploadFile } from './file-upload.ts';
import { ObjectStore } from './object-store.ts';
import { OutageLog } from './outage-log.ts';
import { StoredCatalogue } from './stored-catalogue.ts';
import { forgetUploadState } from './upload-state.ts';

const usualPauses: Pauses = { firstMs: 1_000, longestMs: 300_000 };
const usualRefreshMs = 60_000;
/** When it is looked again after a recording on which another web server works, in milliseconds. */
const othersTurnMs = 3_000;
/** The name of that work in its queue. */
const refreshing = 'refresh';

/**
 * Keeps finished recordings in a store: uploads each once it is finished, deletes the copy on this disk after a while,
 * and lists what other machines have uploaded. Works in the background, and tries for ever; a recording that is not
 * stored yet is on disk.
 */
export class RecordingArchive {
  readonly objects: ObjectStore;
  readonly #parts: ArchiveParts;
  readonly #catalogue: StoredCatalogue;
  readonly #outages: OutageLog;
  readonly #uploads: DueQueue;
  readonly #refreshes: DueQueue;
  #uploading: { id: string; file: string } | null = null;

  private constructor(parts: ArchiveParts, objects: ObjectStore) {
    const { pauses = usualPauses, refreshEveryMs = usualRefreshMs, logger } = parts;
    this.#parts = parts;
    this.objects = objects;
    this.#outages = new OutageLog(logger);
    this.#catalogue = new StoredCatalogue({ ...parts, objects });
    this.#uploads = new DueQueue({
      work: (id, signal) => this.#tendInTurn(id, signal),
      failed: (id, error) => {
        if (this.#outages.report(error)) return;
        logger.warn({ err: error, recordingId: id }, 'A recording could not be stored; this is tried again');
      },
      pauses,
    });
    this.#refreshes = new DueQueue({
      work: async () => {
        await this.#catalogue.refresh();
        this.#outages.recovered();
        return refreshEveryMs;
      },
      failed: (_, error) => {
        if (!this.#outages.report(error)) logger.warn({ err: error }, 'The store’s recordings could not be listed');
      },
      pauses,
    });
  }

  /**
   * Opens the archive of a library whose manifests are loaded. From now on, what is finished is uploaded, and what other
   * machines have uploaded is listed. Does not wait for the store.
   */
  static async open(parts: ArchiveParts): Promise<RecordingArchive> {
    const archive = new RecordingArchive(parts, await ObjectStore.open(parts.settings));
    parts.manifests.follow((manifest) => archive.#look(manifest));
    archive.#refreshes.add(refreshing);
    return archive;
  }

  /** Goes on with what earlier runs finished; their repair is over. */
  resume(): void {
    for (const manifest of this.#parts.manifests.all()) this.#look(manifest);
  }

  /** Other web servers have changed what the store has. */
  refreshSoon(): void {
    this.#refreshes.add(refreshing);
  }

  /** Another web server deletes the recording. */
  letGo(id: string): void {
    this.#uploads.interrupt(id);
  }

  /** Whether the recording is only in the store, and was made by another machine. */
  isForeign(id: string): boolean {
    return this.#catalogue.isForeign(id);
  }

  /** The key of a recording's file in the store. */
  keyOf(id: string, file: string): string {
    return this.#catalogue.keyOf(id, file);
  }

  /** The origins, besides this server's own, from which browsers get media: that of the store, if they are sent there. */
  async mediaOrigins(): Promise<string[]> {
    if (this.objects.settings.downloads === 'proxied') return [];
    return [new URL(await this.objects.presign('media', { contentType: '', contentDisposition: '' }, 1)).origin];
  }

  /**
   * Deletes what the store has of a recording, then the rest with `removeRest`; called in the queue of its changes.
   * @throws AppError `recording-store-unavailable`, and then nothing is lost; `recording-in-use`, `cluster-unavailable`
   */
  async remove(manifest: Manifest, removeRest: () => Promise<void>): Promise<void> {
    const { others = null } = this.#parts;
    await this.#uploads.cancel(manifest.id);
    const claim = others === null ? null : await others.claimSoon(manifest);
    if (others !== null && claim === null)
      throw new AppError('recording-in-use', 'This recording is just being stored. Please try again in a moment.');
    try {
      await this.#erase(manifest);
      await removeRest();
    } finally {
      await claim?.release();
    }
    others?.changed();
  }

  async #erase({ id, stored }: Manifest): Promise<void> {
    const wasBegun = await discardUpload(this.objects, this.#parts.manifests.pathOf(id));
    // What was begun may be complete in the store, although that is not noted here.
    if (stored === null && !wasBegun) return;
    try {
      await this.#catalogue.erase(id);
    } catch (cause) {
      this.#outages.report(cause);
      this.#uploads.add(id);
      throw storeUnavailable('The recording could not be deleted from the store for recordings.', cause);
    }
  }

  /**
   * Changes a recording that is only in the store. Is called within the queue of its changes.
   * @throws AppError `recording-store-unavailable`; then nothing has changed
   */
  async publishForeign(manifest: Manifest): Promise<void> {
    const { title, editedAt } = manifest;
    const changed = { ...manifest, stored: manifest.stored && { ...manifest.stored, title, editedAt } };
    try {
      await this.#catalogue.publish(changed);
    } catch (cause) {
      this.#outages.report(cause);
      throw storeUnavailable('The recording could not be changed in the store for recordings.', cause);
    }
    this.#parts.manifests.note(changed);
    this.#parts.others?.changed();
  }

  /** A request for stored media failed. */
  report(error: unknown): void {
    this.#outages.report(error);
  }

  /** Interrupts uploads, which the next start continues. May be called twice. Never rejects. */
  async close(): Promise<void> {
    await Promise.all([this.#uploads.close(), this.#refreshes.close()]);
    this.objects.close();
  }

  /** A manifest was written: there may be something to upload, or no longer. */
  #look(manifest: Manifest): void {
    const { id, file } = manifest;
    if (isSettled(manifest)) this.#uploads.add(id);
    const isOther = this.#uploading?.id === id && this.#uploading.file !== file;
    if (isOther || !isSettled(manifest)) this.#uploads.interrupt(id);
  }

  /** Does the next step for a recording, unless another web server does. @returns as {@link DueQueue} needs it */
  async #tendInTurn(id: string, signal: AbortSignal): Promise<number | null> {
    const { others = null, manifests, underWay } = this.#parts;
    if (others === null) return await this.#tend(id, signal);
    await underWay(id);
    const manifest = manifests.get(id);
    if (manifest === undefined || this.isForeign(id)) return null;
    const claim = await others.claim(manifest);
    if (claim === null) return othersTurnMs;
    try {
      // It may have been stored, deleted or resumed by then.
      await this.#inTurn(id, signal, async () => {
        if (underWay(id) === undefined) await manifests.reload(id).catch(() => manifests.forget(id));
      });
      return await this.#tend(id, AbortSignal.any([signal, claim.lost]));
    } finally {
      await claim.release();
    }
  }

  /** Does the next step for a recording. @returns when there is another one, in milliseconds, or `null` */
  async #tend(id: string, signal: AbortSignal): Promise<number | null> {
    await this.#parts.underWay(id);
    const manifest = this.#parts.manifests.get(id);
    if (manifest === undefined || !isSettled(manifest) || this.#catalogue.isForeign(id)) return null;
    const { stored, file } = manifest;
    // What is in the trash may be gone soon; it is uploaded when it is taken out.
    const isStored = stored !== null && stored.file === file;
    if (!isStored) return manifest.deletedAt === null ? await this.#upload(manifest, signal) : null;
    if (stored.title !== manifest.title || stored.editedAt !== manifest.editedAt)
      return await this.#publish(manifest, stored, signal);
    return await this.#dropLocal(manifest, stored, signal);
  }

  async #upload(manifest: Manifest, signal: AbortSignal): Promise<number | null> {
    const { objects } = this;
    const { id, file, contentType } = manifest;
    const folder = this.#parts.manifests.pathOf(id);
    if (!(await isOwnFile(folder, file))) return null;
    this.#uploading = { id, file };
    const key = this.keyOf(id, file);
    const uploaded = await uploadFile({ objects, folder, file, key, contentType, signal }).finally(() => {
      this.#uploading = null;
    });
    const nextMs = await this.#publish(manifest, { file, ...uploaded }, signal);
    const { sizeBytes } = uploaded;
    this.#parts.logger.info({ recordingId: id, sizeBytes }, 'A recording is in the store');
    return nextMs;
  }

  /** Writes the manifest of a recording whose file is in the store, to the store and then to disk. */
  async #publish(manifest: Manifest, media: UploadedFile & { file: string; at?: number }, signal: AbortSignal) {
    const { id, title, editedAt } = manifest;
    const stored: StoredMedia = { at: Date.now(), ...media, title, editedAt };
    signal.throwIfAborted();
    await this.#catalogue.publish({ ...manifest, stored });
    // Recording may have gone on since the last upload, which was of a file with another name.
    await this.#catalogue.sweep(id, media.file);
    await this.#change(manifest, signal, async (now) => {
      await this.#parts.manifests.put({ ...now, stored });
      await forgetUploadState(this.#parts.manifests.pathOf(id));
    });
    this.#parts.others?.changed();
    this.#outages.recovered();
    return 0;
  }

  /** Deletes the copy on this disk once it has been in the store for long enough, and still is there. */
  async #dropLocal(manifest: Manifest, stored: StoredMedia, signal: AbortSignal): Promise<number | null> {
    const { id, file } = manifest;
    const folder = this.#parts.manifests.pathOf(id);
    if (!(await isOwnFile(folder, file))) return null;
    const dueMs = stored.at + this.#parts.settings.keepLocalMs - Date.now();
    if (dueMs > 0) return dueMs;
    const object = await this.objects.head(this.keyOf(id, file));
    this.#outages.recovered();
    if (object !== null && object.sizeBytes === stored.sizeBytes && object.etag === stored.etag) {
      await this.#change(manifest, signal, () => rm(join(folder, file), { force: true }));
      this.#parts.logger.debug({ recordingId: id }, 'The local copy of a stored recording was deleted');
      return null;
    }
    if (await this.#catalogue.isErased(id)) return null;
    this.#parts.logger.warn({ recordingId: id }, 'A recording is missing from the store and is uploaded again');
    await this.#change(manifest, signal, (now) => this.#parts.manifests.put({ ...now, stored: null }));
    return 0;
  }

  /** Changes a recording in turn with the library, unless it has become another one meanwhile. */
  async #change(manifest: Manifest, signal: AbortSignal, change: (now: Manifest) => Promise<void>): Promise<void> {
    const { manifests, underWay } = this.#parts;
    const { id, file } = manifest;
    await this.#inTurn(id, signal, async () => {
      const now = manifests.get(id);
      if (now === undefined || !isSettled(now) || now.file !== file || underWay(id) !== undefined) return;
      await change(now);
    });
  }

  /**
   * Does something with a recording in turn with the library. Does not wait in turn once it is interrupted: the one who
   * waits for that may be the one whose turn it is.
   */
  async #inTurn(id: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const interrupted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    while (!signal.aborted && this.#parts.changes.has(id))
      await Promise.race([this.#parts.changes.over(id), interrupted]);
    signal.throwIfAborted();
    await this.#parts.changes.run(id, work);
  }
}

/** The error for people when the store cannot be used. */
export function storeUnavailable(what: string, cause: unknown): AppError {
  return new AppError('recording-store-unavailable', `${what} Please try again in a moment.`, { cause });
}

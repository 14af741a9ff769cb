import { z } from 'zod';
import type { Logger } from '../../logger.ts';
import { parseJson } from '../../parse-json.ts';
import {
  isSettled,
  type Manifest,
  type ManifestStore,
  manifestName,
  manifestText,
  maxManifestBytes,
  parseManifest,
  undecided,
} from '../recording-manifest.ts';
import { isRecordingId } from '../recordings-folder.ts';
import type { ObjectStore } from './object-store.ts';
import { StoreError } from './store-error.ts';

/** Stands in the place of a manifest whose recording was deleted, so that every server learns of it. */
const tombstoneSchema = z.object({ version: z.literal(1), id: z.string(), deletedAt: z.number() });

/** How long a deletion is remembered, in milliseconds: longer than any server is away. */
const rememberedMs = 30 * 24 * 3_600_000;

const mediaType = /^(?:audio|video)\/[a-z0-9-]+$/;

type CatalogueParts = {
  objects: ObjectStore;
  manifests: ManifestStore;
  /** Removes a recording of this machine that was deleted on another one. */
  removeLocal: (id: string) => Promise<void>;
  /** Takes over what was edited on another machine, of a recording of this machine. */
  adopt: (id: string, theirs: Manifest) => Promise<void>;
  logger: Logger;
};

/**
 * The manifests in the store. Recordings of other machines are listed in memory beside those of this one; they have no
 * folder here.
 */
export class StoredCatalogue {
  readonly #parts: CatalogueParts;
  /** The entity tags of the manifests that were read, by recording. */
  readonly #read = new Map<string, string>();
  readonly #foreign = new Set<string>();

  constructor(parts: CatalogueParts) {
    this.#parts = parts;
  }

  /** Whether the recording is only in the store, and was made by another machine. */
  isForeign(id: string): boolean {
    return this.#foreign.has(id);
  }

  /** The key of a recording's file in the store. */
  keyOf(id: string, file: string): string {
    return `${this.#parts.objects.settings.prefix}${id}/${file}`;
  }

  /** Writes the manifest of a recording whose file is in the store. @throws StoreError */
  async publish(manifest: Manifest): Promise<void> {
    const { id } = manifest;
    await this.#parts.objects.putText(this.keyOf(id, manifestName), manifestText(manifest), 'application/json');
  }

  /** Deletes a recording, so that every server with this store forgets it. @throws StoreError */
  async erase(id: string): Promise<void> {
    const tombstone = JSON.stringify({ version: 1, id, deletedAt: Date.now() });
    await this.#parts.objects.putText(this.keyOf(id, manifestName), tombstone, 'application/json');
    await this.sweep(id, null);
    this.#foreign.delete(id);
  }

  /** Deletes what the store has of a recording besides its manifest and `file`. @throws StoreError */
  async sweep(id: string, file: string | null): Promise<void> {
    const { objects } = this.#parts;
    const kept = [manifestName, ...(file === null ? [] : [file])].map((name) => this.keyOf(id, name));
    for await (const { key } of objects.list(this.keyOf(id, ''))) {
      if (!kept.includes(key)) await objects.remove(key);
    }
  }

  /** Whether a recording was deleted, here or on another machine. @throws StoreError */
  async isErased(id: string): Promise<boolean> {
    return (await this.#find(id)) === 'erased';
  }

  /** Reads what other machines have changed. @throws StoreError */
  async refresh(): Promise<void> {
    const { objects } = this.#parts;
    const { prefix } = objects.settings;
    const found = new Set<string>();
    for await (const { key, etag } of objects.list(prefix)) {
      const [id = '', name, ...rest] = key.slice(prefix.length).split('/');
      if (name !== manifestName || rest.length > 0 || !isRecordingId(id)) continue;
      found.add(id);
      if (this.#read.get(id) === etag) continue;
      if (await this.#refreshOne(id)) this.#read.set(id, etag);
    }
    for (const id of this.#foreign) {
      if (found.has(id)) continue;
      this.#forget(id);
      this.#read.delete(id);
    }
  }

  /** @returns whether it need not be looked at again until it changes */
  async #refreshOne(id: string): Promise<boolean> {
    const { manifests, removeLocal, adopt, logger } = this.#parts;
    const found = await this.#find(id);
    if (found === 'erased') {
      if (this.#foreign.has(id)) this.#forget(id);
      else if (manifests.get(id) !== undefined) await removeLocal(id);
      // A recording that is in use stays; it is looked at again.
      return manifests.get(id) === undefined;
    }
    if (found === 'missing') return false;
    if (found === 'unreadable') return true;
    if (manifests.get(id) !== undefined && !this.#foreign.has(id)) {
      await adopt(id, found);
      return true;
    }
    // The type becomes a header of ours: what others wrote must not become a page.
    if (!isSettled(found) || found.stored?.file !== found.file || !mediaType.test(found.contentType)) {
      logger.warn({ recordingId: id }, 'A recording in the store is no whole recording and is left alone');
      return true;
    }
    const before = manifests.get(id);
    // The marks of the limits are this machine's own. An edit elsewhere may have taken it out of the trash.
    const { markedSince } = before?.editedAt === found.editedAt ? before : undecided;
    this.#foreign.add(id);
    manifests.note({ ...found, markedSince });
    return true;
  }

  async #find(id: string): Promise<Manifest | 'erased' | 'missing' | 'unreadable'> {
    const { objects, logger } = this.#parts;
    try {
      const text = await objects.readText(this.keyOf(id, manifestName), maxManifestBytes);
      const tombstone = tombstoneSchema.safeParse(parseJson(text));
      if (!tombstone.success) return parseManifest(text, id);
      if (Date.now() - tombstone.data.deletedAt > rememberedMs) await objects.remove(this.keyOf(id, manifestName));
      return 'erased';
    } catch (error) {
      if (error instanceof StoreError && error.fault !== 'missing' && error.fault !== 'damaged') throw error;
      if (error instanceof StoreError && error.fault === 'missing') return 'missing';
      logger.warn({ err: error, recordingId: id }, 'A manifest in the store cannot be read and is left alone');
      return 'unreadable';
    }
  }

  #forget(id: string): void {
    this.#foreign.delete(id);
    this.#parts.manifests.forget(id);
  }
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../logger.ts';
import { isRecordingId } from './recording-id.ts';
import { type Manifest, readManifest, writeManifest } from './recording-manifest.ts';

/** The manifests of all recordings, in memory as they are and on disk as they were last written. */
export class ManifestStore {
  /** The folder of all recordings. */
  readonly folder: string;
  readonly #logger: Logger;
  readonly #manifests = new Map<string, Manifest>();

  constructor(folder: string, logger: Logger) {
    this.folder = folder;
    this.#logger = logger;
  }

  /** Reads what is on disk. What cannot be read is left alone. @throws Error of node:fs */
  async load(): Promise<void> {
    for (const entry of await readdir(this.folder, { withFileTypes: true })) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      if (!entry.isDirectory() || !isRecordingId(name)) {
        this.#logger.debug({ name }, 'Something in the recordings folder is no recording; it is left alone.');
        continue;
      }
      try {
        this.note(await readManifest(this.pathOf(name), name));
      } catch (error) {
        this.#logger.warn({ err: error, recording: name }, 'A recording’s manifest cannot be read; it is left alone.');
      }
    }
  }

  get(id: string): Manifest | undefined {
    return this.#manifests.get(id);
  }

  all(): Manifest[] {
    return [...this.#manifests.values()];
  }

  /** Keeps a manifest in memory only: what is on disk is what the next start goes by. */
  note(manifest: Manifest): void {
    this.#manifests.set(manifest.id, manifest);
  }

  /** Writes a manifest to the disk and keeps it. @throws Error of node:fs; then the former one is in force */
  async put(manifest: Manifest): Promise<void> {
    await writeManifest(this.pathOf(manifest.id), manifest);
    this.note(manifest);
  }

  forget(id: string): void {
    this.#manifests.delete(id);
  }

  /** The folder of one recording. */
  pathOf(id: string): string {
    return join(this.folder, id);
  }
}

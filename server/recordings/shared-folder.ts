import type { RecordingFinisher } from './recording-finisher.ts';
import { isUnfinished, type ManifestStore } from './recording-manifest.ts';
import type { RecordingRepairs } from './recording-repairs.ts';
import type { SerialQueues } from './serial-queues.ts';

type SharedParts = {
  manifests: ManifestStore;
  finisher: RecordingFinisher;
  changes: SerialQueues;
  repairs: RecordingRepairs;
};

/**
 * A recordings folder in which other processes write as well: each recording is written by one process at a time, and
 * the others read its manifest from the disk. Without {@link begin}, the folder belongs to this process alone.
 */
export class SharedFolder {
  readonly #parts: SharedParts;
  /** The recordings that this process writes. */
  readonly #own = new Set<string>();
  #isShared = false;

  constructor(parts: SharedParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.#isShared = true;
  }

  /** This process writes the recording from now on. */
  own(id: string): void {
    this.#own.add(id);
  }

  /** This process goes on with a recording that another one began. @throws Error of node:fs */
  async adopt(id: string): Promise<void> {
    await this.#parts.manifests.reload(id);
    this.#own.add(id);
    this.#parts.repairs.hold(id);
  }

  /** Whether another process may be writing the recording at the moment. */
  isOthers(id: string): boolean {
    const manifest = this.#parts.manifests.get(id);
    return this.#isShared && manifest !== undefined && isUnfinished(manifest) && !this.isOwn(id);
  }

  /** Whether this process alone writes the recording at the moment. */
  isOwn(id: string): boolean {
    const { manifests, finisher, changes } = this.#parts;
    if (finisher.underWay(id) !== undefined || changes.has(id)) return true;
    const manifest = manifests.get(id);
    // What is finished may be changed by any of them.
    return (this.#own.has(id) || !this.#isShared) && manifest !== undefined && isUnfinished(manifest);
  }

  /** Reads what others have written of one recording. Never rejects: what cannot be read stays as it was known. */
  async look(id: string): Promise<void> {
    if (this.#isShared && !this.isOwn(id)) await this.#parts.manifests.reload(id).catch(() => undefined);
  }
}

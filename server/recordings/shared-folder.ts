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

/** All manifests are read again at most this often, in milliseconds. */
const refreshEveryMs = 2_000;

/**
 * A recordings folder in which other processes write as well: each recording is written by one process at a time, and
 * the others read its manifest from the disk. Without {@link begin}, the folder belongs to this process alone.
 */
export class SharedFolder {
  readonly #parts: SharedParts;
  /** The recordings that this process writes. */
  readonly #own = new Set<string>();
  #isShared = false;
  #isElsewhere: (id: string) => boolean = () => false;
  #refreshedAt = performance.now();

  constructor(parts: SharedParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.#isShared = true;
  }

  /** Leaves recordings alone that have no folder here, because they are only in a store. */
  except(isElsewhere: (id: string) => boolean): void {
    this.#isElsewhere = isElsewhere;
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

  /** Finds out what the others have written. Never rejects: what cannot be read stays as it was known. */
  async refresh(): Promise<void> {
    const now = performance.now();
    if (!this.#isShared || now - this.#refreshedAt < refreshEveryMs) return;
    this.#refreshedAt = now;
    await this.#parts.manifests.refresh((id) => this.#isOwn(id) || this.#isElsewhere(id)).catch(() => undefined);
  }

  /** The same for one recording. */
  async look(id: string): Promise<void> {
    if (this.#isShared && !this.#isOwn(id)) await this.#parts.manifests.reload(id).catch(() => undefined);
  }

  #isOwn(id: string): boolean {
    const { manifests, finisher, changes } = this.#parts;
    if (finisher.underWay(id) !== undefined || changes.has(id)) return true;
    const manifest = manifests.get(id);
    // What is finished may be changed by any of them.
    return this.#own.has(id) && manifest !== undefined && isUnfinished(manifest);
  }
}

import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../logger.ts';
import { isForeignMatroska } from './media-file.ts';
import type { RecordingFinisher } from './recording-finisher.ts';
import { isSettled, isUnfinished, type ManifestStore } from './recording-manifest.ts';
import type { SerialQueues } from './serial-queues.ts';

/** What repairs work with. */
type RepairParts = {
  manifests: ManifestStore;
  finisher: RecordingFinisher;
  /** Changes of a recording, in turn; a repair waits for them. */
  changes: SerialQueues;
  /** The recordings that a broadcast of an earlier run may still resume. */
  held: ReadonlySet<string>;
  logger: Logger;
};

/** Finishes in the background what an earlier run left unfinished. */
export class RecordingRepairs {
  readonly #parts: RepairParts;
  readonly #held: Set<string>;
  /** The recordings that an earlier run left behind and that wait for repair. */
  readonly #orphans = new Set<string>();
  #repairs: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: RepairParts) {
    this.#parts = parts;
    this.#held = new Set(parts.held);
  }

  /** Begins with the recordings whose manifests are loaded. Those that are held are left alone. */
  begin(): void {
    const { manifests } = this.#parts;
    for (const manifest of manifests.all()) {
      if (this.#held.has(manifest.id)) continue;
      if (isUnfinished(manifest)) manifests.note({ ...manifest, state: 'finishing' });
      const isLeftBehind = isUnfinished(manifest) || manifest.parts.length > 0 || manifest.obsolete.length > 0;
      if (isLeftBehind) this.#orphans.add(manifest.id);
    }
    for (const id of this.#orphans) this.#queue(() => this.#repair(id));
    for (const manifest of manifests.all()) {
      if (isSettled(manifest) && !this.#held.has(manifest.id)) this.#queue(() => this.#remux(manifest.id));
    }
  }

  /** A broadcast will resume this recording, which another process left behind. */
  hold(id: string): void {
    this.#orphans.delete(id);
    this.#held.add(id);
  }

  /** Removes a recording from those left behind; returns `true` if it was among them. */
  claim(id: string): boolean {
    const wasHeld = this.#held.delete(id);
    return this.#orphans.delete(id) || wasHeld;
  }

  /** Resolves when all that an earlier run left behind is finished. */
  over(): Promise<void> {
    return this.#repairs;
  }

  /** Leaves what has not begun for the next start; resolves when the rest is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#repairs;
  }

  /** Repairs run one after the other, so that a start with many of them leaves disk bandwidth to the shows. */
  #queue(work: () => Promise<void>): void {
    this.#repairs = this.#repairs.then(work);
  }

  async #repair(id: string): Promise<void> {
    const { manifests, finisher, changes, logger } = this.#parts;
    await changes.over(id);
    const manifest = manifests.get(id);
    // The recording may have been resumed or deleted meanwhile.
    if (!this.#orphans.delete(id) || manifest === undefined || this.#isClosed) return;
    if (!isUnfinished(manifest) && manifest.parts.length === 0) {
      await finisher.sweep(manifest);
      return;
    }
    logger.info({ recordingId: id }, 'A recording of an earlier run is being finished');
    await finisher.finish(manifest, { problem: null, unsettled: manifest.parts });
  }

  /** Earlier versions finished a foreign muxer's file unchanged, and some of those files do not play. */
  async #remux(id: string): Promise<void> {
    const { manifests, finisher, changes, logger } = this.#parts;
    const manifest = manifests.get(id);
    if (manifest === undefined || !isSettled(manifest) || this.#isClosed) return;
    if (!(await isForeignMatroska(join(manifests.pathOf(id), manifest.file)))) return;
    await changes.over(id);
    // The recording may have been deleted or resumed meanwhile; looking at it only reads its manifest again.
    if (this.#isClosed || !isDeepStrictEqual(manifests.get(id), manifest) || finisher.underWay(id) !== undefined)
      return;
    logger.info({ recordingId: id }, 'A recording of another muxer is being copied, so that it plays and seeks');
    await finisher.finish({ ...manifest, parts: [manifest.file] }, { problem: null, unsettled: [] });
  }
}

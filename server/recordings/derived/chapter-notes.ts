import { AppError } from '../../../lib/errors.ts';
import type { RecordingChapter } from '../../../lib/recording-details.ts';
import type { RecordingFinisher } from '../recording-finisher.ts';
import type { Manifest, ManifestStore } from '../recording-manifest.ts';
import type { SerialQueues } from '../serial-queues.ts';
import type { SharedFolder } from '../shared-folder.ts';
import { shownChapters, withChapter } from './chapters.ts';

type ChapterParts = {
  manifests: ManifestStore;
  finisher: RecordingFinisher;
  changes: SerialQueues;
  shared: SharedFolder;
};

/** The chapters in the manifests. */
export class ChapterNotes {
  readonly #parts: ChapterParts;

  constructor(parts: ChapterParts) {
    this.#parts = parts;
  }

  /**
   * Notes that something new begins in a recording. Waits until one that is being finished is done.
   * @throws AppError `recording-not-found`; Error of node:fs
   */
  note(id: string, chapter: RecordingChapter): Promise<void> {
    return this.#change(id, (manifest) => withChapter(manifest.chapters, chapter, manifest.title));
  }

  /**
   * Replaces the chapters of a recording. Waits until one that is being finished is done.
   * @throws AppError `recording-not-found`; Error of node:fs
   */
  replace(id: string, chapters: RecordingChapter[]): Promise<void> {
    return this.#change(id, () => chapters);
  }

  /** The chapters of a recording, as they are shown; none if there is no such recording. */
  async of(id: string): Promise<RecordingChapter[]> {
    await this.#parts.shared.look(id);
    const manifest = this.#parts.manifests.get(id);
    return shownChapters(manifest?.chapters ?? [], manifest?.durationMs ?? 0);
  }

  #change(id: string, change: (manifest: Manifest) => RecordingChapter[]): Promise<void> {
    const { changes, finisher, manifests } = this.#parts;
    return changes.run(id, async () => {
      await finisher.underWay(id);
      const manifest = manifests.get(id);
      if (manifest === undefined) throw new AppError('recording-not-found', 'There is no such recording.');
      await manifests.put({ ...manifest, chapters: change(manifest) });
    });
  }
}

import type { Logger } from '../../logger.ts';
import type { RecordingIndex } from '../catalogue/recording-index.ts';
import type { RecordingEditor } from './recording-editor.ts';

type TrashParts = {
  index: RecordingIndex;
  editor: RecordingEditor;
  /** How long a recording can be taken out again, in milliseconds. */
  undoMs: number;
  logger: Logger;
};

/** Deletes for good what has been in the trash for long enough. */
export class Trash {
  readonly #parts: TrashParts;
  readonly #failed = new Set<string>();

  constructor(parts: TrashParts) {
    this.#parts = parts;
  }

  /** When a recording that was deleted at this time is deleted for good, in milliseconds since the epoch. */
  goneAt(deletedAt: number): number {
    return deletedAt + this.#parts.undoMs;
  }

  /** Deletes what is due. Never rejects: what cannot be deleted now is tried at the next call. */
  async empty(now = Date.now()): Promise<void> {
    const { index, editor, logger } = this.#parts;
    for (const { id, deletedAt } of index.all()) {
      if (deletedAt === null || this.goneAt(deletedAt) > now) continue;
      try {
        await editor.remove(id);
        this.#failed.delete(id);
      } catch (error) {
        if (!this.#failed.has(id)) logger.warn({ err: error, recordingId: id }, 'The trash could not be emptied');
        this.#failed.add(id);
      }
    }
  }
}

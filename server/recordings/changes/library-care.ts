import type { Logger } from '../../logger.ts';
import { FolderWatch } from '../catalogue/folder-watch.ts';
import { RecordingImport } from '../import/recording-import.ts';
import type { RecordingFinisher } from '../recording-finisher.ts';
import type { ManifestStore } from '../recording-manifest.ts';
import type { RecordingEditor } from './recording-editor.ts';
import { Retention } from './retention.ts';
import type { Leaving, RetentionSettings } from './retention-plan.ts';
import { Trash } from './trash.ts';
import { Upkeep } from './upkeep.ts';

/** How often what is done, in milliseconds, and the owner's limits; tests change them. */
export type CareSettings = {
  /** How often the folder is looked at. */
  watchEveryMs: number;
  /** How long a file must not have changed before it is imported. */
  settledMs: number;
  /** How often the limits are applied and the trash is emptied. */
  tidyEveryMs: number;
  /** How long what is in the trash can be taken out again. */
  undoMs: number;
  limits: RetentionSettings;
};

/** What the library does when nobody decides otherwise. */
export const usualCare: CareSettings = {
  watchEveryMs: 2_000,
  settledMs: 5_000,
  tidyEveryMs: 60_000,
  undoMs: 86_400_000,
  limits: { keepMs: null, maxBytes: null },
};

type CareParts = {
  manifests: ManifestStore;
  finisher: RecordingFinisher;
  editor: RecordingEditor;
  isOwn: (id: string) => boolean;
  isElsewhere: (id: string) => boolean;
  settings: CareSettings;
  logger: Logger;
};

/** What the library does by itself: follow the folder, import files, keep to the limits and empty the trash. */
export class LibraryCare {
  readonly #trash: Trash;
  readonly #retention: Retention;
  readonly #import: RecordingImport;
  readonly #watch: FolderWatch;
  readonly #tidying: Upkeep;

  private constructor(parts: CareParts, retention: Retention) {
    const { settings, manifests, editor, logger } = parts;
    this.#retention = retention;
    this.#trash = new Trash({ index: manifests.index, editor, undoMs: settings.undoMs, logger });
    this.#import = new RecordingImport({ ...parts, settledMs: settings.settledMs });
    const others = (names: string[]): void => this.#import.look(names);
    this.#watch = new FolderWatch({ ...parts, others, everyMs: settings.watchEveryMs });
    this.#tidying = new Upkeep(async () => {
      await this.#retention.apply();
      await this.#trash.empty();
    }, settings.tidyEveryMs);
  }

  /** Begins; the manifests are loaded. */
  static async open(parts: CareParts): Promise<LibraryCare> {
    const care = new LibraryCare(parts, await Retention.open({ ...parts, settings: parts.settings.limits }));
    care.#watch.begin();
    care.#tidying.begin();
    return care;
  }

  /** Looks at the folder now. Never rejects. */
  async refresh(): Promise<void> {
    await this.#watch.look();
  }

  /** Why the limits will delete a recording; `null` if they will not. */
  leavingOf(id: string): Leaving | null {
    return this.#retention.leavingOf(id);
  }

  /** The recordings that the limits will delete soon, by id. */
  leaving(): string[] {
    return this.#retention.leaving();
  }

  /** When a recording that was deleted at this time is deleted for good, in milliseconds since the epoch. */
  goneAt(deletedAt: number): number {
    return this.#trash.goneAt(deletedAt);
  }

  /** Resolves when nothing of it is under way. Never rejects. */
  async close(): Promise<void> {
    this.#retention.stop();
    await Promise.allSettled([this.#watch.close(), this.#tidying.close(), this.#import.close()]);
  }
}

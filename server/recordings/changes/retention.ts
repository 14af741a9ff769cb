import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../lib/errors.ts';
import type { Logger } from '../../logger.ts';
import { parseJson } from '../../parse-json.ts';
import { replaceFile } from '../../storage/durable-files.ts';
import { type ManifestStore, undecided } from '../recording-manifest.ts';
import { withCurrentSize } from '../recording-measures.ts';
import type { RecordingEditor } from './recording-editor.ts';
import {
  type Leaving,
  type LimitsSince,
  planRetention,
  type RetentionPlan,
  type RetentionSettings,
} from './retention-plan.ts';

type RetentionParts = {
  manifests: ManifestStore;
  editor: RecordingEditor;
  settings: RetentionSettings;
  logger: Logger;
};

const limitSchema = z.object({ value: z.number(), since: z.number() }).nullable();
/** The limits that were in force, and since when. */
const noteSchema = z.object({ version: z.literal(1), age: limitSchema, space: limitSchema });
type Note = z.output<typeof noteSchema>;

const noteName = '.limits.json';

/** Keeps the library within the owner's limits, and says beforehand what will go. */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #since: LimitsSince;
  /** What was already announced in the log. */
  readonly #announced = new Set<string>();
  #warned: ReadonlyMap<string, Leaving> = new Map();
  #isStopped = false;

  private constructor(parts: RetentionParts, since: LimitsSince) {
    this.#parts = parts;
    this.#since = since;
  }

  /** Reads since when the limits have been in force; the folder keeps that, so that a restart does not start over. */
  static async open(parts: RetentionParts): Promise<Retention> {
    const { settings, manifests, logger } = parts;
    const path = join(manifests.folder, noteName);
    const before = noteSchema.safeParse(parseJson(await readFile(path, 'utf8').catch(() => ''))).data;
    const now = Date.now();
    const sinceOf = (value: number | null, known: Note['age'] | undefined): Note['age'] => {
      if (value === null) return null;
      // A larger limit deletes less than the one before, so nobody has to be warned again.
      return { value, since: known && known.value <= value ? known.since : now };
    };
    const note: Note = {
      version: 1,
      age: sinceOf(settings.keepMs, before?.age),
      space: sinceOf(settings.maxBytes, before?.space),
    };
    const hasLimit = note.age !== null || note.space !== null || before !== undefined;
    if (hasLimit && JSON.stringify(note) !== JSON.stringify(before)) {
      await replaceFile(path, `${JSON.stringify(note)}\n`).catch((error: unknown) => {
        logger.warn({ err: error }, 'The time of the limits for recordings could not be noted');
      });
    }
    return new Retention(parts, { age: note.age?.since ?? now, space: note.space?.since ?? now });
  }

  /** Why a recording is going to be deleted; `null` if it is not. */
  leavingOf(id: string): Leaving | null {
    return this.#warned.get(id) ?? null;
  }

  /** The recordings that are going to be deleted, by id. */
  leaving(): string[] {
    return [...this.#warned.keys()];
  }

  /** What is being applied ends after the recording that is in its turn. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Marks what will go, and moves to the trash what has been marked for long enough. Never rejects. */
  async apply(now = Date.now()): Promise<void> {
    const { manifests, editor, settings, logger } = this.#parts;
    if (settings.keepMs === null && settings.maxBytes === null) return;
    const recordings = manifests.all().map((manifest) => withCurrentSize(manifests.pathOf(manifest.id), manifest));
    const plan = planRetention(await Promise.all(recordings), settings, this.#since, now);
    const { due, warned, marks } = plan;
    this.#warned = warned;
    for (const [id, { because, at }] of warned) {
      if (this.#announced.has(id)) continue;
      this.#announced.add(id);
      const when = at === null ? 'when newer ones need its space' : new Date(at).toISOString();
      logger.warn({ recordingId: id, because, when }, 'A recording will be deleted because of the limits');
    }
    for (const id of this.#announced) if (!warned.has(id)) this.#announced.delete(id);
    await this.#mark(plan, now);
    for (const [id, { because }] of due) {
      if (this.#isStopped) return;
      try {
        // Somebody may have decided otherwise a moment ago, on another web server too.
        const hasGone = await editor.trash(
          id,
          (is) => !is.isKept && isSince(is.markedSince[because], marks.get(id)?.[because]),
        );
        if (hasGone) logger.info({ recordingId: id, because }, 'A recording went because of the limits');
      } catch (error) {
        // It was deleted or resumed meanwhile, or is tried again the next time.
        if (!(error instanceof AppError)) logger.warn({ err: error, recordingId: id }, 'A limit could not be kept');
      }
    }
  }

  /** Notes the marks with the recordings, so that a restart does not start over. */
  async #mark({ marks }: RetentionPlan, now: number): Promise<void> {
    const { manifests, editor, logger } = this.#parts;
    for (const { id, markedSince, deletedAt } of manifests.all()) {
      if (this.#isStopped) return;
      const { age, space } = marks.get(id) ?? undecided.markedSince;
      if (deletedAt !== null || (markedSince.age === age && markedSince.space === space)) continue;
      await editor.mark(id, { age: age !== null, space: space !== null }, now).catch((error: unknown) => {
        logger.warn({ err: error, recordingId: id }, 'That a recording will be deleted could not be noted with it');
      });
    }
  }
}

/** Whether a mark is still the one that was planned with, or an earlier one. */
function isSince(mark: number | null, planned: number | null | undefined): boolean {
  return mark !== null && mark <= (planned ?? Number.NEGATIVE_INFINITY);
}

import { join } from 'node:path';
import { z } from 'zod';
import { type SavedUpcoming, savedUpcomingSchema } from './broadcast/upcoming-shows.ts';
import { KeptJson } from './kept-json.ts';
import type { Logger } from './logger.ts';

const fileSchema = z.object({ version: z.literal(1), upcoming: z.array(savedUpcomingSchema) });

/** Keeps on disk what was announced, which is often days ahead and must outlast a restart. */
export class UpcomingStore {
  readonly #file: KeptJson;

  constructor(folder: string, logger: Logger) {
    this.#file = new KeptJson(join(folder, 'upcoming.json'), logger);
  }

  /** What was announced when the server went away; nothing where the file is missing or cannot be read. */
  load(): Promise<SavedUpcoming[]> {
    return this.#file.load((json) => fileSchema.parse(json).upcoming, []);
  }

  /** Writes what is announced, if it has changed; resolves when the newest is on disk. Never rejects. */
  save(upcoming: readonly SavedUpcoming[]): Promise<void> {
    return this.#file.save({ version: 1, upcoming });
  }
}

import { join } from 'node:path';
import { z } from 'zod';
import { type SavedBroadcast, savedBroadcastSchema } from './broadcast/broadcast-types.ts';
import { KeptJson } from './kept-json.ts';
import type { Logger } from './logger.ts';

const fileSchema = z.object({ version: z.literal(1), broadcasts: z.array(savedBroadcastSchema) });

/**
 * Keeps on disk what is on air, so that a server that was killed can take it up again. The file holds resume tokens
 * and is readable by its owner only.
 */
export class LiveStore {
  readonly #file: KeptJson;

  constructor(folder: string, logger: Logger) {
    this.#file = new KeptJson(join(folder, 'live.json'), logger);
  }

  /** What was on air when the server went away; nothing where the file is missing or cannot be read. */
  load(): Promise<SavedBroadcast[]> {
    return this.#file.load((json) => fileSchema.parse(json).broadcasts, []);
  }

  /** Writes what is on air, if it has changed; resolves when the newest is on disk. Never rejects. */
  save(broadcasts: readonly SavedBroadcast[]): Promise<void> {
    return this.#file.save({ version: 1, broadcasts });
  }
}

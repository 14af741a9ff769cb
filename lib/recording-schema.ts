import { z } from 'zod';
import { recordingProblems } from './recording-problems.ts';

/**
 * A recording as the list shows it (`GET /api/recordings`). `state` is `recording` while the show is on, `finishing`
 * while the file is made seekable, `ready` when it can be watched, and `failed` when there is nothing to watch. Times
 * are milliseconds since the epoch; sizes are bytes.
 */
export const recordingSchema = z.object({
  id: z.string(),
  channel: z.string(),
  title: z.string(),
  startedAt: z.number(),
  /** Length in milliseconds; `null` until it is known. */
  durationMs: z.number().nullable(),
  sizeBytes: z.number(),
  /** Codecs as the container names them, such as `vp8` and `opus`. */
  codecs: z.array(z.string()),
  contentType: z.string(),
  state: z.enum(['recording', 'finishing', 'ready', 'failed']),
  /** Why there is nothing to watch, by name, when the state is `failed`; otherwise `null`. */
  failure: z.enum(recordingProblems).catch('unknown').nullable(),
});

/** The body of `GET /api/recordings`, newest first. */
export const recordingListSchema = z.object({ recordings: z.array(recordingSchema) });

import { z } from 'zod';
import { recordingVisibilities } from './recording-library.ts';
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
  /** Who finds it; see lib/recording-library.ts. */
  visibility: z.enum(recordingVisibilities).default('public'),
  /** Whether it stays for as long as nobody deletes it, whatever the server's limits are. */
  isKept: z.boolean().default(false),
  /** When it was moved to the trash; `null` if it was not. */
  deletedAt: z.number().nullable().default(null),
});

/** A recording in the list, with what is known of it there only. */
const listedRecordingSchema = recordingSchema.extend({
  /** Whether there is a picture of it. */
  hasPoster: z.boolean().default(false),
  /**
   * Why the server's limits will delete it soon: its age, or the space that newer ones need; `at` is when, if that is
   * known. `null` if it stays.
   */
  leaves: z
    .object({ because: z.enum(['age', 'space']), at: z.number().nullable() })
    .nullable()
    .default(null),
  /** When a recording in the trash is deleted for good; `null` if it is not in the trash. */
  goneAt: z.number().nullable().default(null),
});

/**
 * The body of `GET /api/recordings`: a page of the list, newest first unless another order is wanted; how many
 * recordings match in all; what to send as `after` for the next page, or `null` on the last one; all channels that have
 * recordings, by name; and how many recordings the server's limits will delete soon.
 */
export const recordingListSchema = z.object({
  recordings: z.array(listedRecordingSchema),
  total: z.number(),
  next: z.string().nullable(),
  channels: z.array(z.object({ name: z.string(), count: z.number() })),
  leaving: z.number(),
});

import { z } from 'zod';

/**
 * A recording as the list shows it (`GET /api/recordings`). `state` is `recording` while the show is on,
 * `finishing` while the file is made seekable, `ready` when it can be watched, `failed` when there is nothing to
 * watch. Times are milliseconds since the epoch; sizes are bytes.
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
  /** One sentence for people when the state is `failed`; otherwise `null`. */
  failure: z.string().nullable(),
});

/** One recording as the list shows it. */
export type Recording = z.output<typeof recordingSchema>;

/** The body of `GET /api/recordings`, newest first. */
export const recordingListSchema = z.object({ recordings: z.array(recordingSchema) });

/** The addresses at which recordings are served. */
export const recordingPaths = {
  /** `GET`: the list. */
  list: '/api/recordings',
  /** `GET`: one recording; `DELETE` with `Authorization: Bearer <presenter key>`: delete it. */
  one: (id: string) => `/api/recordings/${encodeURIComponent(id)}`,
  /** `GET`, `HEAD`, with Range: the file, to be played in a page. */
  media: (id: string) => `/api/recordings/${encodeURIComponent(id)}/media`,
  /** `GET`, `HEAD`, with Range: the file, to be saved under a speaking name. */
  download: (id: string) => `/api/recordings/${encodeURIComponent(id)}/download`,
} as const;

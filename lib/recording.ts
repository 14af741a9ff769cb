import type { z } from 'zod';
import type { recordingSchema } from './recording-schema.ts';

/** One recording as the list shows it. */
export type Recording = z.output<typeof recordingSchema>;

/** The channel of a recording, by the recording's id: `2026-11-22-math-101-k3v9x2pm` is of `math-101`. */
export function channelOfRecording(id: string): string {
  return /^\d{4}-\d\d-\d\d-(.+)-[a-z2-9]{8}$/.exec(id)?.[1] ?? id;
}

/** The addresses at which recordings are served. */
export const recordingPaths = {
  /** `GET`: the list. */
  list: '/api/recordings',
  /** `GET`: one recording; `DELETE` with `Authorization: Bearer <presenter key>`: delete it. */
  one: (id: string) => `/api/recordings/${encodeURIComponent(id)}`,
  /** `GET`, `HEAD`, with Range: the file, for playback in a page. */
  media: (id: string) => `/api/recordings/${encodeURIComponent(id)}/media`,
  /** `GET`, `HEAD`, with Range: the file, for saving under a descriptive name. */
  download: (id: string) => `/api/recordings/${encodeURIComponent(id)}/download`,
} as const;

/**
 * `POST` with `Authorization: Bearer <key, signed link or ticket>`: opens a session, so that media elements and
 * downloads may do what the credential allows.
 */
export const sessionPath = '/api/session';

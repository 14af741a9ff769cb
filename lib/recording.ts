import type { z } from 'zod';
import type { recordingListSchema, recordingSchema } from './recording-schema.ts';

/** One recording. */
export type Recording = z.output<typeof recordingSchema>;

/** A page of the list. */
export type RecordingListPage = z.output<typeof recordingListSchema>;

/** One recording as the list shows it. */
export type ListedRecording = RecordingListPage['recordings'][number];

/** The channel of a recording, by the recording's id: `2026-11-22-math-101-k3v9x2pm` is of `math-101`. */
export function channelOfRecording(id: string): string {
  return /^\d{4}-\d\d-\d\d-(.+)-[a-z2-9]{8}$/.exec(id)?.[1] ?? id;
}

/**
 * The addresses at which recordings are served. Every request that changes something needs
 * `Authorization: Bearer <presenter key>`.
 */
export const recordingPaths = {
  /**
   * `GET`: a page of the list. Of the query, all parts of which are optional, `q` is searched in titles and channels,
   * `channel` and `sort` choose, `after` is the `next` of the page before, `limit` the most recordings, and `view` is
   * `deleted` for the trash, which only people with a key for the channel see.
   */
  list: '/api/recordings',
  /** `GET`: one recording; `PATCH`: its title, visibility, or whether it is kept; `DELETE`: move it to the trash. */
  one: (id: string) => `/api/recordings/${encodeURIComponent(id)}`,
  /** `GET`, `HEAD`, with Range: the file, for playback in a page. */
  media: (id: string) => `/api/recordings/${encodeURIComponent(id)}/media`,
  /** `GET`, `HEAD`, with Range: the file, for saving under a descriptive name. */
  download: (id: string) => `/api/recordings/${encodeURIComponent(id)}/download`,
  /** `GET`, `HEAD`, with Range: the file in another form; see `RecordingDetails`. */
  downloadAs: (id: string, form: 'mp4' | 'sound') => `/api/recordings/${encodeURIComponent(id)}/download-${form}`,
  /** `POST`: convert it to MP4 with H.264 and AAC; `DELETE`: do not, or delete what was made. */
  conversion: (id: string) => `/api/recordings/${encodeURIComponent(id)}/conversion`,
  /** `GET`, `HEAD`, with Range: what was made of it. */
  downloadConverted: (id: string) => `/api/recordings/${encodeURIComponent(id)}/download-converted`,
  /** `GET`: what belongs to a recording. */
  details: (id: string) => `/api/recordings/${encodeURIComponent(id)}/details`,
  /** `GET`: its chapters as WebVTT. */
  chapters: (id: string) => `/api/recordings/${encodeURIComponent(id)}/chapters.vtt`,
  /** `GET`: a picture of it, as JPEG, where there is one. */
  poster: (id: string) => `/api/recordings/${encodeURIComponent(id)}/poster`,
  /** `GET`: the small pictures along it, where there are any. */
  thumbnails: (id: string) => `/api/recordings/${encodeURIComponent(id)}/thumbnails.jpgs`,
  /**
   * `POST` with `Authorization: Bearer <presenter key>`: adds pictures that a browser has made. The body is JPEGs after
   * each other; `?poster=…` is the length of the first one, if it is the poster, and `?at=…:…,…:…` lists the time in
   * milliseconds and the length in bytes of each of the others.
   */
  pictures: (id: string) => `/api/recordings/${encodeURIComponent(id)}/pictures`,
  /**
   * `GET ?from=…&to=…`: what a piece of it would really be; `POST` with `Authorization: Bearer <presenter key>`: make a
   * recording of that piece.
   */
  trim: (id: string) => `/api/recordings/${encodeURIComponent(id)}/trim`,
  /** `POST` with `{ hours }`: make a share link; `DELETE`: end all share links. */
  share: (id: string) => `/api/recordings/${encodeURIComponent(id)}/share`,
  /** `POST` with `{ ids }`: move recordings to the trash. */
  trash: '/api/recordings/trash',
  /** `POST` with `{ ids }`: take recordings out of the trash. */
  restore: '/api/recordings/restore',
  /** `POST` with `{ ids }`: delete recordings in the trash for good. */
  purge: '/api/recordings/purge',
  /** `POST` with a form whose fields are called `id`: the files in one ZIP. With `?check`, only its name and size. */
  zip: '/api/recordings/zip',
  /**
   * `GET`, `HEAD`: what was written during the show, as `RecordedConversation`, or as subtitles, for saving under the
   * recording's name.
   */
  conversation: (id: string, format: 'json' | 'vtt') =>
    `/api/recordings/${encodeURIComponent(id)}/conversation.${format}`,
} as const;

/**
 * `POST` with `Authorization: Bearer <key, signed link or ticket>`: opens a session, so that media elements and
 * downloads may do what the credential allows.
 */
export const sessionPath = '/api/session';

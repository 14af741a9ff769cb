import { z } from 'zod';

/**
 * A place in a recording where something new begins: after a `pause`, after an `interruption`, or with another `title`
 * of the show. `start` is the beginning. Times are milliseconds from the start of the file.
 */
export const recordingChapterSchema = z.object({
  atMs: z.number().nonnegative(),
  kind: z.enum(['start', 'title', 'pause', 'interruption']),
  /** The new title; `null` for the other kinds. */
  title: z.string().nullable(),
});

/** A place in a recording where something new begins. */
export type RecordingChapter = z.output<typeof recordingChapterSchema>;

/**
 * The small pictures along a recording, which follow each other in one file of JPEGs (`GET …/thumbnails.jpgs`). `atMs`
 * is where in the recording each one is, `offset` and `length` are bytes.
 */
export const thumbnailsSchema = z.object({
  pictures: z.array(z.object({ atMs: z.number(), offset: z.number(), length: z.number() })),
});

/** The small pictures along a recording. */
export type Thumbnails = z.output<typeof thumbnailsSchema>;

/** A form in which a recording can be downloaded: as it is stored, in MP4, or its sound alone. */
export type DownloadForm = 'stored' | 'mp4' | 'sound';

/**
 * The state of a recording's conversion to MP4 with H.264 and AAC, which takes a while; `done` is from 0 to 1, and `null`
 * while another web server makes it. What was `made` is deleted a day later.
 */
export type Conversion =
  | { state: 'none' }
  | { state: 'waiting' }
  | { state: 'failed' }
  | { state: 'making'; done: number | null }
  | { state: 'made'; sizeBytes: number };

/** What belongs to a recording (`GET /api/recordings/<id>/details`). */
export type RecordingDetails = {
  chapters: RecordingChapter[];
  hasPoster: boolean;
  thumbnails: Thumbnails | null;
  /** Pictures are being made: asking again in some seconds is worth it. */
  isMakingPictures: boolean;
  /** `sizeBytes` is exact only for what is stored; `format` is the extension of the file. */
  downloads: { form: DownloadForm; format: string; sizeBytes: number }[];
  /** `null` if it cannot be converted, or need not be. */
  conversion: Conversion | null;
  /** Whether a piece of it can become a recording of its own. */
  canBeTrimmed: boolean;
};

/** A piece of a recording, in milliseconds from the start of its file. */
export type RecordingPiece = { fromMs: number; toMs: number };

/** The body of `POST /api/recordings/<id>/trim`. */
export type TrimRequest = RecordingPiece & { title: string };

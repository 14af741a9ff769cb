import type { Recording } from '../../lib/recording.ts';
import type { RecordingChapter } from '../../lib/recording-details.ts';
import type { RecordingProblem } from '../../lib/recording-problems.ts';
import type { MediaCodecs } from './media-gateway.ts';

/** The data about a recording that is known before it begins. */
export type NewRecording = {
  channel: string;
  title: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /**
   * The codecs that a recorder will write. They determine the name of its file; without video, it is listed as audio.
   */
  codecs: MediaCodecs;
};

/** The domain's port to the storage of recordings; `server/recordings` implements it. */
export interface RecordingStore {
  /**
   * Creates a recording and returns where a recorder should write its first part: a `file://` URI as the media server
   * sees the folder. The real content of the file is determined at the end, so any profile may be used.
   * @throws AppError `recording-failed` when the disk refuses to write
   */
  create(recording: NewRecording): Promise<{ id: string; uri: string }>;
  /**
   * Adds a part, after the media server died or recording was stopped and started again. The state of the recording is
   * `recording` again, even if it was finished. Waits for a repair that is under way. `codecs` are the codecs of the
   * part, as far as they are known; they determine the name of its file.
   * @throws AppError `recording-not-found`, also if its file has left this machine's disk; `recording-failed` when the disk refuses to write
   */
  addPart(id: string, codecs?: MediaCodecs): Promise<{ uri: string }>;
  /**
   * Takes over the parts after the recorder stopped: measures them and joins them into one seekable file. A recording
   * with nothing to watch becomes `failed`; that is not an error here. A part that cannot be joined stays as a file,
   * and joining is retried at the next start if it may succeed then. May be called twice.
   * @returns the length of the recording in milliseconds, or the reason why there is nothing to watch
   * @throws AppError `recording-not-found`
   */
  finish(id: string): Promise<Pick<Recording, 'durationMs' | 'failure'>>;
  /**
   * Ends a recording whose recorder broke. If there is something to watch, the recording is kept and becomes `ready`
   * like any other, once nothing has been written to it for five seconds. Otherwise it is `failed` with `problem`. Does
   * nothing if there is no such recording. Resolves when the recording is finished.
   */
  fail(id: string, problem: RecordingProblem): Promise<unknown>;
  /**
   * Changes the title of a recording. Waits until a recording that is being finished is done.
   * @throws AppError `recording-not-found`; Error of node:fs, in which case the title stays as it was
   */
  retitle(id: string, title: string): Promise<void>;
  /**
   * Keeps a small picture of a recording, a JPEG, in the place of an earlier one. It is shown until there is a better one.
   * @throws AppError `recording-not-found`; Error of node:fs
   */
  keepPreview(id: string, jpeg: Uint8Array): Promise<void>;
  /** What is known about the content of recordings. */
  readonly chapters: {
    /**
     * Notes that something new begins in a recording.
     * @throws AppError `recording-not-found`; Error of node:fs
     */
    note(id: string, chapter: RecordingChapter): Promise<void>;
  };
  /**
   * Measures what a recording has on disk at this moment: `sizeBytes` is the size of all its files, `joinBytes` the
   * additional space that joining its parts will need, and `writtenAt` the time of the last write, in milliseconds
   * since the epoch.
   * @throws AppError `recording-not-found`
   */
  measure(id: string): Promise<{ sizeBytes: number; joinBytes: number; writtenAt: number | null }>;
  /**
   * The size of the last part's file in bytes; `null` when it is not on disk. A media server may go on writing into a
   * file that was deleted, without reporting it.
   * @throws AppError `recording-not-found`
   */
  partSize(id: string): Promise<number | null>;
  /**
   * The free space in bytes on the disk of the recordings, as far as this process may use it.
   * @throws Error of node:fs when the disk cannot be reached
   */
  space(): Promise<{ freeBytes: number }>;
}

import type { Recording } from '../../lib/recording.ts';
import type { RecordingProblem } from '../../lib/recording-problems.ts';
import type { MediaCodecs } from './media-gateway.ts';

/** What is known of a recording before it begins. */
export type NewRecording = {
  channel: string;
  title: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** What a recorder will write: its file is named by that, and without video, it is listed as audio. */
  codecs: MediaCodecs;
};

/** What the domain needs of the place where recordings are kept; `server/recordings` provides it. */
export interface RecordingStore {
  /**
   * Makes a place for a recording and says where a recorder is to write its first part: a `file://` URI as the media
   * server sees the folder. What the file really holds is found out at the end, so any profile may be used.
   * @throws AppError `recording-failed` when the disk refuses
   */
  create(recording: NewRecording): Promise<{ id: string; uri: string }>;
  /**
   * Makes a place for a further part, after the media server died or recording was stopped and started again. The
   * recording is `recording` again, even if it was finished; a repair under way is waited for. `codecs` are what the
   * part will hold, as far as it is known: it is named by that.
   * @throws AppError `recording-not-found`; `recording-failed` when the disk refuses
   */
  addPart(id: string, codecs?: MediaCodecs): Promise<{ uri: string }>;
  /**
   * Takes over the parts after the recorder stopped: measures them and joins them into one file that can be sought
   * in. A recording with nothing to watch becomes `failed`; that is no error here. What cannot be joined stays as a
   * file, and is tried again at the next start if there is hope. May be called twice.
   * @returns its length in milliseconds, or the reason why there is nothing to watch
   * @throws AppError `recording-not-found`
   */
  finish(id: string): Promise<Pick<Recording, 'durationMs' | 'failure'>>;
  /**
   * Ends a recording whose recorder broke. If there is something to watch, it is kept and becomes `ready` like any
   * other, once nobody has written to it for five seconds; if not, it is `failed` with `problem`. Nothing happens if
   * there is no such recording. Resolves when the recording is finished.
   */
  fail(id: string, problem: RecordingProblem): Promise<unknown>;
  /**
   * Gives a recording another title. What is being finished is waited for.
   * @throws AppError `recording-not-found`; Error of node:fs, and then it keeps its former one
   */
  retitle(id: string, title: string): Promise<void>;
  /**
   * What is on the disk of a recording at this moment: `sizeBytes` of all its files, `joinBytes` that its parts will
   * take once more until they are joined, and when one was last written to, in milliseconds since the epoch.
   * @throws AppError `recording-not-found`
   */
  measure(id: string): Promise<{ sizeBytes: number; joinBytes: number; writtenAt: number | null }>;
  /**
   * The size of the last part's file in bytes; `null` when it is not on the disk. A media server may write on into a
   * file that was deleted, and say nothing of it.
   * @throws AppError `recording-not-found`
   */
  partSize(id: string): Promise<number | null>;
  /**
   * What is free on the disk that the recordings are on, in bytes, as far as this process may use it.
   * @throws Error of node:fs when the disk cannot be reached
   */
  space(): Promise<{ freeBytes: number }>;
}

import type { Recording } from '../../lib/recording.ts';
import type { Logger } from '../logger.ts';
import { DiskRecordingLibrary } from './disk-recording-library.ts';

/** What is known of a recording before it begins. */
export type NewRecording = {
  channel: string;
  title: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** The kinds of media that are expected; without video, it is listed as audio. */
  kinds: readonly ('audio' | 'video')[];
};

/** The recordings on disk. */
export interface RecordingLibrary {
  /**
   * Makes a place for a recording and says where a recorder is to write it: a `file://` URI as the media server
   * sees the folder. What the file really holds is found out at the end, so any profile may be used.
   * @throws AppError `recording-failed` when the disk refuses
   */
  create(recording: NewRecording): Promise<{ id: string; uri: string }>;
  /**
   * Takes over the file after the recorder stopped: measures it and makes it seekable if it is not. A file with
   * nothing to watch becomes a recording in the state `failed`; that is no error here. May be called twice.
   * @throws AppError `recording-not-found`
   */
  finish(id: string): Promise<Recording>;
  /**
   * Ends a recording whose recorder broke. If there is something to watch, it is kept and becomes `ready` like any
   * other, once nobody has written to it for five seconds; if not, it is `failed` with `sentence`, which is for
   * people. Nothing happens if there is no such recording. Resolves when the recording is finished.
   */
  fail(id: string, sentence: string): Promise<void>;
  /** All recordings, newest first; the sizes of those under way are of this moment. */
  list(): Promise<Recording[]>;
  /** @throws AppError `recording-not-found` */
  get(id: string): Promise<Recording>;
  /**
   * Where the file of a recording is on this machine.
   * @throws AppError `recording-not-found` when there is nothing to watch, `recording-in-use` until it is ready
   */
  locate(id: string): Promise<{ recording: Recording; folder: string; file: string }>;
  /** Deletes a recording with its file. @throws AppError `recording-not-found`, `recording-in-use` */
  remove(id: string): Promise<void>;
  /** Leaves repairs for the next start, where they would take long; may be called twice; never rejects. */
  close(): Promise<void>;
}

/**
 * Opens the library of the recordings in `folder`, which is made if missing, and repairs in the background what an
 * earlier run left unfinished. `mediaServerUri` is the `file://` URI of that folder as the media server sees it.
 * @throws Error one sentence, when the folder cannot be made or written
 */
export async function openRecordingLibrary(options: {
  folder: string;
  mediaServerUri?: string | undefined;
  logger: Logger;
}): Promise<RecordingLibrary> {
  return DiskRecordingLibrary.open(options);
}

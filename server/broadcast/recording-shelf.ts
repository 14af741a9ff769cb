import type { RecordingProblem } from '../../lib/recording-problems.ts';
import type { MediaCodecs } from './media-gateway.ts';

/** What the domain needs of the place where recordings are kept; `server/recordings` provides it. */
export interface RecordingShelf {
  /**
   * Makes room for a recording. `uri` is where the media server writes its first part. Times are milliseconds since
   * the epoch.
   * @throws AppError `recording-failed`
   */
  create(recording: {
    channel: string;
    title: string;
    startedAt: number;
    codecs: MediaCodecs;
  }): Promise<{ id: string; uri: string }>;
  /**
   * Makes room for a further part, of these codecs, of a recording, even of one that was finished; what is being
   * finished is waited for.
   * @throws AppError `recording-failed`, `recording-not-found`
   */
  addPart(id: string, codecs: MediaCodecs): Promise<{ uri: string }>;
  /**
   * No part follows for now: joins them and makes the file seekable. Resolves whatever becomes of it: with its length
   * in milliseconds, or with the reason why there is nothing to watch.
   * @throws AppError `recording-not-found`
   */
  finish(id: string): Promise<{ durationMs: number | null; failure: RecordingProblem | null }>;
  /**
   * Gives a recording another title; what is being finished is waited for.
   * @throws AppError `recording-not-found`, and of node:fs when the disk refuses
   */
  retitle(id: string, title: string): Promise<void>;
  /** The recording failed before anything was kept; `problem` says why. */
  fail(id: string, problem: RecordingProblem): Promise<unknown>;
  /**
   * What is on the disk of a recording: its size, the room that {@link finish} will need beside it (both in bytes), and
   * when it was last written to, in milliseconds since the epoch.
   * @throws AppError `recording-not-found`
   */
  measure(id: string): Promise<{ sizeBytes: number; joinBytes: number; writtenAt: number | null }>;
  /**
   * The size of the last part's file in bytes; `null` when it is not on the disk. A media server may write on into a
   * file that was deleted, and say nothing of it.
   * @throws AppError `recording-not-found`
   */
  partSize(id: string): Promise<number | null>;
  /** How much room is left, in bytes. @throws Error of node:fs when the disk cannot be reached */
  space(): Promise<{ freeBytes: number }>;
}

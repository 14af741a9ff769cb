import type { MediaCodecs, MediaKind } from './media-gateway.ts';

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
    kinds: readonly MediaKind[];
    codecs: MediaCodecs;
  }): Promise<{ id: string; uri: string }>;
  /**
   * Makes room for a further part, of these codecs, of a recording that is not finished.
   * @throws AppError `recording-failed`, `recording-not-found`
   */
  addPart(id: string, codecs: MediaCodecs): Promise<{ uri: string }>;
  /** No part follows: joins them and makes the file seekable. Resolves whatever becomes of it. */
  finish(id: string): Promise<unknown>;
  /** The recording failed before anything was kept; `sentence` says why. */
  fail(id: string, sentence: string): Promise<unknown>;
  /** How much room is left, in bytes. */
  space(): Promise<{ freeBytes: number }>;
}

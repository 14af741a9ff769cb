import type { CodecSetup } from './payload-formats.ts';
import type { RecordedCodec } from './recording-profiles.ts';

/** A track of a file. */
export type FileTrack = {
  readonly number: number;
  readonly codec: RecordedCodec;
  /** Of video; `null` for audio. */
  readonly setup: CodecSetup | null;
  /** Of audio. */
  readonly channels: number;
};

/** A frame in its place in the file. Times are whole milliseconds from the file's start. */
export type FileFrame = {
  readonly track: number;
  readonly isVideo: boolean;
  readonly isKeyframe: boolean;
  readonly timeMs: number;
  readonly durationMs: number;
  readonly data: Buffer;
  readonly arrivedAt: number;
};

/**
 * A media file that grows in whole pieces of half a second: whatever moment ends the process, it can be read. Tracks
 * may come late.
 */
export interface ContainerFile {
  /** Where the last frame ends, in milliseconds. */
  readonly endMs: number;
  hasTrack(number: number): boolean;
  addTrack(track: FileTrack): void;
  /** Takes a frame; the times of a track only grow. */
  add(frame: FileFrame): void;
  /** Writes what has waited too long, for times when nothing comes. `now` is on the clock of `arrivedAt`. */
  tick(now: number): void;
  /** Writes what can be written in order, and what stands before `untilMs` in any case, however short the piece. */
  flush(untilMs?: number): void;
  /** Writes what is left, and makes the file one that can be sought in. */
  finish(): void;
}

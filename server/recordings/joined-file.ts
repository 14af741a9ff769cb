import type { PlayableTrack } from './media-file.ts';

/** The container that a recording is in once it is finished. */
export type JoinedContainer = 'webm' | 'mp4';

/** A packet in its place in the joined file. Times are whole milliseconds from the file's start. */
export type JoinedPacket = {
  kind: 'video' | 'audio';
  isKeyframe: boolean;
  timeMs: number;
  durationMs: number;
  data: Uint8Array;
};

/** A file that packets are copied into, in order. What fails on the disk is told by the file below it. */
export interface JoinedFile {
  hasTrack(kind: JoinedPacket['kind']): boolean;
  /** @throws Error one sentence, when the container cannot hold the track */
  addTrack(track: PlayableTrack): void;
  add(packet: JoinedPacket): Promise<void>;
  /** Writes what is left and the index. */
  finish(): Promise<void>;
}

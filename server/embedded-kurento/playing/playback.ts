import type { EncodedPacket } from 'mediabunny';
import type { MediaKind } from '../media/media-types.ts';
import type { FileStream } from './file-stream.ts';
import type { MediaFile, PlayableTrack } from './media-file.ts';
import { asFault, brokenMedia, type PlayerFault } from './player-fault.ts';
import { TrackReader } from './track-reader.ts';

/** Receives the events of a playback. */
type PlaybackListener = {
  /** Something cannot be read; the rest is still played. */
  failed(fault: PlayerFault): void;
  /** Everything has been played. */
  ended(): void;
};

/** How a file is played; times in milliseconds. */
export type PlaybackOptions = {
  uri: string;
  /** How far is read ahead, and how much must be there again after a stall. */
  aheadMs: number;
  /** How long a stall may last. */
  timeoutMs: number;
  listener: PlaybackListener;
};

/** A frame that is later than this delays all frames after it, in milliseconds. */
const latenessMs = 100;
/** A seek between two keyframes begins at the former one, unless that is further back than this; in milliseconds. */
const maxPrerollMs = 10_000;
/** Frames from that keyframe to the target of a seek are compressed in time by this factor: decoded, hardly visible. */
const prerollSqueeze = 32;
/** Timers have a maximum delay, and times in broken files may be anything. */
const maxTimerMs = 60_000;

/**
 * Plays an open file: each frame is sent when its time has come on our clock. While nothing can be read, and during a
 * pause, the file's time stands still.
 */
export class Playback {
  readonly #file: MediaFile;
  readonly #streams: Readonly<Record<MediaKind, FileStream>>;
  readonly #options: PlaybackOptions;
  #readers: readonly TrackReader[] = [];
  #state: 'paused' | 'waiting' | 'running' | 'ended' | 'closed' = 'paused';
  /** The file's time `#anchorMs` is at `#anchorAt` on our clock; while nothing runs, it is the current file time. */
  #anchorMs = 0;
  #anchorAt = 0;
  /** Frames before this time are sent only because later ones depend on them. */
  #beginMs = 0;
  #endMs = 0;
  #seekCount = 0;
  #isStandstill = false;
  #timer: NodeJS.Timeout | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(file: MediaFile, streams: Readonly<Record<MediaKind, FileStream>>, options: PlaybackOptions) {
    this.#file = file;
    this.#streams = streams;
    this.#options = options;
    for (const { kind, format } of file.tracks) streams[kind].begin(format, performance.now());
    // Audio may begin a little before the first moment, with the pre-roll that decoders need.
    this.#read(file.originMs, Number.NEGATIVE_INFINITY, (track) => track.packets.getFirstPacket());
  }

  get file(): MediaFile {
    return this.#file;
  }

  get isOver(): boolean {
    return this.#state === 'ended' || this.#state === 'closed';
  }

  /** The current position, in milliseconds from the beginning of the file. */
  get positionMs(): number {
    return this.#timeAt(performance.now()) - this.#file.originMs;
  }

  play(): void {
    if (this.#state !== 'paused') return;
    this.#wait(false);
    this.#run();
  }

  pause(): void {
    if (this.#state !== 'waiting' && this.#state !== 'running') return;
    this.#stand('paused');
  }

  /**
   * Continues from another position; one beyond the end means the end.
   * @throws Error when the file cannot be read at that position
   */
  async seek(positionMs: number): Promise<void> {
    this.#seekCount += 1;
    const seekCount = this.#seekCount;
    const wanted = Math.min(positionMs, this.#file.durationMs) + this.#file.originMs;
    const video = this.#file.tracks.find(({ kind }) => kind === 'video');
    const keyframe = (await video?.packets.getKeyPacket(wanted / 1000)) ?? null;
    if (seekCount !== this.#seekCount || this.#state === 'closed') return;
    const keyframeMs = (keyframe?.timestamp ?? 0) * 1000;
    const beginMs = keyframe !== null && wanted - keyframeMs > maxPrerollMs ? keyframeMs : wanted;
    const isPaused = this.#state === 'paused';
    this.#stand('paused');
    this.#read(beginMs, beginMs, async ({ kind, packets }) => {
      const packet = kind === 'video' ? keyframe : await packets.getPacket(beginMs / 1000);
      return packet ?? packets.getFirstPacket();
    });
    if (!isPaused) this.#wait(false);
  }

  /** Ends the playback and closes the file. */
  close(): void {
    this.#stand('closed');
    for (const reader of this.#readers) reader.close();
    this.#file.close();
  }

  #read(atMs: number, beginMs: number, first: (track: PlayableTrack) => Promise<EncodedPacket | null>): void {
    for (const reader of this.#readers) reader.close();
    this.#anchorMs = atMs;
    this.#beginMs = beginMs;
    this.#endMs = atMs;
    this.#readers = this.#file.tracks.map(
      (track) =>
        new TrackReader(track, this.#options.aheadMs, {
          changed: () => this.#run(),
          failed: (error) => this.#options.listener.failed(asFault(error, this.#options.uri)),
        }),
    );
    for (const reader of this.#readers) reader.start(() => first(reader.track));
  }

  #timeAt(now: number): number {
    return this.#state === 'running' ? this.#anchorMs + now - this.#anchorAt : this.#anchorMs;
  }

  /** Stops the file's time at its current value. */
  #stand(state: 'paused' | 'waiting' | 'ended' | 'closed'): void {
    this.#anchorMs = this.#timeAt(performance.now());
    this.#state = state;
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
  }

  /** @param isStandstill more must be read before it continues, so that it does not stall again immediately */
  #wait(isStandstill: boolean): void {
    this.#stand('waiting');
    this.#isStandstill = isStandstill;
    const { timeoutMs, uri, listener } = this.#options;
    this.#watchdog = setTimeout(() => {
      listener.failed(brokenMedia(`Nothing more of '${uri}' could be read for ${timeoutMs / 1000} s.`));
      this.#end();
    }, timeoutMs);
  }

  #end(): void {
    this.#stand('ended');
    for (const reader of this.#readers) reader.close();
    this.#options.listener.ended();
  }

  /** Sends the frames that are due now, and schedules the next run. */
  #run(): void {
    const now = performance.now();
    if (this.#state === 'waiting' && this.#readers.every((reader) => this.#isReady(reader))) {
      clearTimeout(this.#watchdog);
      this.#state = 'running';
      this.#anchorAt = now;
    }
    if (this.#state !== 'running') return;
    clearTimeout(this.#timer);
    for (let reader = this.#earliest(); reader !== null; reader = this.#earliest()) {
      const delayMs = reader.nextDueMs - this.#timeAt(now);
      if (delayMs > 0) {
        this.#runIn(delayMs);
        return;
      }
      this.#send(reader, now);
    }
    if (!this.#readers.every((reader) => reader.isOver)) this.#wait(true);
    else if (this.#timeAt(now) < this.#endMs) this.#runIn(this.#endMs - this.#timeAt(now));
    else this.#end();
  }

  #runIn(delayMs: number): void {
    this.#timer = setTimeout(() => this.#run(), Math.min(Math.ceil(delayMs), maxTimerMs));
  }

  #isReady(reader: TrackReader): boolean {
    return this.#isStandstill ? reader.isFull : reader.isReady;
  }

  #earliest(): TrackReader | null {
    let earliest: TrackReader | null = null;
    for (const reader of this.#readers) {
      if (reader.next !== null && reader.nextDueMs < (earliest?.nextDueMs ?? Number.POSITIVE_INFINITY))
        earliest = reader;
    }
    return earliest;
  }

  #send(reader: TrackReader, now: number): void {
    const frame = reader.next;
    reader.shift();
    if (frame === null) return;
    const { atMs, data, isKeyframe, durationMs } = frame;
    const { kind } = reader.track;
    const isPreroll = atMs < this.#beginMs;
    if (isPreroll && kind === 'audio') return;
    const lateMs = this.#timeAt(now) - atMs;
    // The file's time waits for frames that were read too late, so that none are rushed.
    if (!isPreroll && lateMs > latenessMs) this.#anchorAt += lateMs;
    const shownMs = isPreroll ? this.#beginMs - (this.#beginMs - atMs) / prerollSqueeze : atMs;
    this.#endMs = Math.max(this.#endMs, atMs + durationMs);
    this.#streams[kind].send(data, isKeyframe, now + shownMs - this.#timeAt(now), now);
  }
}

import { concealGap, opusDurationMs } from '../../codecs/opus.ts';
import type { RecordedCodec } from '../../codecs/rtp-payload.ts';
import type { ContainerFile } from '../../media-files/container-file.ts';
import type { GrowingFile } from '../../media-files/growing-file.ts';
import { MatroskaFile } from '../../media-files/matroska-file.ts';
import { Mp4File } from '../../media-files/mp4-file.ts';
import type { MediaKind } from '../media/media-types.ts';
import { FileTimeline } from './file-timeline.ts';
import type { ReceivedFrame } from './frame-assembler.ts';
import type { Container } from './recording-profiles.ts';

const trackNumbers: Readonly<Record<MediaKind, number>> = { video: 1, audio: 2 };
const usualVideoFrameMs = 33;
/** Times are whole milliseconds, so a frame may seem this much too early. */
const roundingMs = 2;
/** Audio that has been missing for this long is taken to be gone, in milliseconds. */
const soundTimeoutMs = 5000;
/** A longer gap is not filled in one go, in milliseconds: that takes time that packets need. */
const maxFillMs = 600_000;

/** The frames of each kind that arrived before the file could begin. */
export type HeldFrames = Readonly<Record<MediaKind, readonly ReceivedFrame[]>>;

/** Places frames on the file's timeline and writes them; adds tracks as they appear. */
export class FileWriter {
  readonly #container: ContainerFile;
  readonly #timeline = new FileTimeline();
  readonly #lastTimeMs: Record<MediaKind, number> = { audio: -1, video: -1 };
  readonly #codecOf: (kind: MediaKind) => RecordedCodec | null;
  /** The last audio packet, and the file time at which it ends. */
  #sound: { packet: Buffer; endMs: number } | null = null;
  /** The time on our clock that is the file's zero. */
  #originMs = 0;

  constructor(file: GrowingFile, container: Container, codecOf: (kind: MediaKind) => RecordedCodec | null) {
    this.#container = container === 'mp4' ? new Mp4File(file) : new MatroskaFile(file, container);
    this.#codecOf = codecOf;
  }

  /** The duration recorded so far, in milliseconds. */
  get durationMs(): number {
    return this.#container.endMs;
  }

  /**
   * Begins, or continues after a pause, with the held frames: the first one is placed directly after the last frame
   * before the pause, so a pause leaves no gap. Audio from before the first picture is left out. The beginning of each
   * kind is written to the disk immediately, so that the file can be opened from then on.
   */
  begin(held: HeldFrames): void {
    this.#timeline.reset();
    // Audio first: video is placed relative to it.
    const placed = [...held.audio.map((frame) => this.#place('audio', frame))];
    const pictures = held.video.map((frame) => this.#place('video', frame));
    const startMs = (pictures[0] ?? placed[0])?.localMs ?? 0;
    const kept = [...placed.filter(({ localMs }) => localMs >= startMs), ...pictures];
    kept.sort((a, b) => a.localMs - b.localMs);
    this.#originMs = startMs - this.#container.endMs;
    for (const { kind, frame, localMs } of kept) this.#write(kind, frame, localMs);
    const firstSoundMs = kept.find(({ kind }) => kind === 'audio')?.localMs ?? startMs;
    this.#container.flush(Math.round(Math.max(startMs, firstSoundMs) - this.#originMs));
  }

  /** Writes a frame that has just arrived. */
  write(kind: MediaKind, frame: ReceivedFrame): void {
    this.#write(kind, frame, this.#place(kind, frame).localMs);
  }

  /** Writes to the disk what has waited too long. `now` is on the clock of the frames' arrival. */
  tick(now: number): void {
    this.#container.tick(now);
  }

  /**
   * Fills the gap of audio that no longer arrives, for times when none arrives at all: a gap that is filled only when
   * audio returns may be hours long by then. Audio after that is placed by its arrival. `now` is on the clock of the
   * frames' arrival.
   */
  fillSilence(now: number): void {
    const untilMs = this.#timeline.placeOfArrival(now) - this.#originMs - soundTimeoutMs;
    if (this.#sound === null || untilMs - this.#sound.endMs < soundTimeoutMs) return;
    this.#fillSound(untilMs, now);
  }

  /** Writes to the disk what can be written by now. */
  flush(): void {
    this.#container.flush();
  }

  /** Writes the rest and the index. */
  finish(): void {
    this.#container.finish();
  }

  #place(kind: MediaKind, frame: ReceivedFrame): { kind: MediaKind; frame: ReceivedFrame; localMs: number } {
    const streamMs = frame.clock.toMs(frame.timestamp);
    return { kind, frame, localMs: this.#timeline.place(kind, frame.clock, streamMs) };
  }

  #write(kind: MediaKind, frame: ReceivedFrame, localMs: number): void {
    const track = trackNumbers[kind];
    if (!this.#container.hasTrack(track)) {
      const codec = this.#codecOf(kind);
      if (codec === null || (kind === 'video' && frame.setup === null)) return;
      this.#container.addTrack({ number: track, codec, setup: frame.setup, channels: 2 });
    }
    const { data, isKeyframe, arrivedAt } = frame;
    const wantedMs = Math.round(localMs - this.#originMs);
    if (kind === 'audio') this.#fillSound(wantedMs, arrivedAt);
    const lastMs = this.#lastTimeMs[kind];
    const timeMs = Math.max(wantedMs, lastMs + 1);
    if (timeMs > wantedMs) this.#timeline.delay(kind, timeMs - wantedMs);
    this.#lastTimeMs[kind] = timeMs;
    if (kind === 'audio') {
      this.#addSound(data, timeMs, arrivedAt);
      return;
    }
    const durationMs = lastMs < 0 ? usualVideoFrameMs : Math.min(timeMs - lastMs, 3 * usualVideoFrameMs);
    this.#container.add({ track, isVideo: true, isKeyframe, timeMs, durationMs, data, arrivedAt });
  }

  #addSound(data: Buffer, timeMs: number, arrivedAt: number): void {
    const durationMs = opusDurationMs(data);
    this.#sound = { packet: data, endMs: timeMs + durationMs };
    this.#lastTimeMs.audio = timeMs;
    const track = trackNumbers.audio;
    this.#container.add({ track, isVideo: false, isKeyframe: true, timeMs, durationMs, data, arrivedAt });
  }

  /** Fills missing audio before `untilMs`: players use audio as their clock, and skip where there is none. */
  #fillSound(untilMs: number, arrivedAt: number): void {
    if (this.#sound === null) return;
    let { endMs } = this.#sound;
    const gapMs = untilMs - endMs + roundingMs;
    if (gapMs > maxFillMs) return;
    for (const { data, durationMs } of concealGap(this.#sound.packet, gapMs)) {
      this.#addSound(data, Math.round(endMs), arrivedAt);
      endMs += durationMs;
    }
    this.#sound.endMs = endMs;
  }
}

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
/** Times are whole milliseconds, so a frame may seem to come this much before its time. */
const roundingMs = 2;
/** Sound that has not come for so long is not under way any more, in milliseconds. */
const soundTimeoutMs = 5000;
/** More than this is not filled at once, in milliseconds: it takes time that packets need. */
const maxFillMs = 600_000;

/** What came of each kind before the file could begin. */
export type HeldFrames = Readonly<Record<MediaKind, readonly ReceivedFrame[]>>;

/** Gives frames their place in the file's time and writes them; adds tracks as they come. */
export class FileWriter {
  readonly #container: ContainerFile;
  readonly #timeline = new FileTimeline();
  readonly #lastTimeMs: Record<MediaKind, number> = { audio: -1, video: -1 };
  readonly #codecOf: (kind: MediaKind) => RecordedCodec | null;
  /** The last packet of sound, and where in the file it ends. */
  #sound: { packet: Buffer; endMs: number } | null = null;
  /** The moment on our clock that is the file's zero. */
  #originMs = 0;

  constructor(file: GrowingFile, container: Container, codecOf: (kind: MediaKind) => RecordedCodec | null) {
    this.#container = container === 'mp4' ? new Mp4File(file) : new MatroskaFile(file, container);
    this.#codecOf = codecOf;
  }

  /** The length of what was taken so far, in milliseconds. */
  get durationMs(): number {
    return this.#container.endMs;
  }

  /**
   * Begins, or goes on after a pause, with what was held: the first frame comes right behind the last one before,
   * so a pause leaves no hole. Sound from before the first picture is left out. The beginning of each kind goes to the
   * disk at once, so that the file can be opened from then on.
   */
  begin(held: HeldFrames): void {
    this.#timeline.reset();
    // Audio first: it is what video is placed by.
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

  /** Writes a frame that has just come. */
  write(kind: MediaKind, frame: ReceivedFrame): void {
    this.#write(kind, frame, this.#place(kind, frame).localMs);
  }

  /** Hands to the disk what waits too long. `now` is on the clock of the frames' arrival. */
  tick(now: number): void {
    this.#container.tick(now);
  }

  /**
   * Fills the place of sound that does not come any more, for times when none comes at all: a hole that is filled
   * only when sound comes again may be hours long by then. What comes after that stands where it arrives. `now` is on the clock of the frames' arrival.
   */
  fillSilence(now: number): void {
    const untilMs = this.#timeline.placeOfArrival(now) - this.#originMs - soundTimeoutMs;
    if (this.#sound === null || untilMs - this.#sound.endMs < soundTimeoutMs) return;
    this.#fillSound(untilMs, now);
  }

  /** Hands to the disk what can go there by now. */
  flush(): void {
    this.#container.flush();
  }

  /** Writes what is left and the index. */
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

  /** Fills what is missing of the sound before `untilMs`: players go by the sound they have, and skip what is none. */
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

import { performance } from 'node:perf_hooks';
import { type FileFault, GrowingFile } from '../../media-files/growing-file.ts';
import type { FileRecording, FileRecordingListener, MediaEngineOptions, MediaKind } from '../media/media-types.ts';
import type { RtpClock } from '../media/rtp/rtp-clock.ts';
import { FileTimeline } from './file-timeline.ts';
import { FileWriter } from './file-writer.ts';
import type { ReceivedFrame } from './frame-assembler.ts';
import { type RecordingProfile, readProfile, recordedCodec, supportedProfiles } from './recording-profiles.ts';
import { RecordingTrack } from './recording-track.ts';

export { supportedProfiles };

/** How a recording to a file is set up. */
export type FileRecordingOptions = {
  /** The path of the file; folders are created as needed, an existing file is replaced. */
  path: string;
  /** One of {@link supportedProfiles}; `record()` fails with any other. */
  profile: string;
  listener: FileRecordingListener;
  log: MediaEngineOptions['log'];
};

/** Prepares a recording; nothing touches the disk before `record()`. Never throws. */
export function openFileRecording(options: FileRecordingOptions): FileRecording {
  return new MatroskaRecording(options);
}

/**
 * How long the first frames are held, in milliseconds, to wait for a kind that does not flow yet and for the senders'
 * clocks: no longer than a cluster spans, because held frames are lost if the process dies.
 */
const beginTimeoutMs = 500;
/** How much may be held before the file begins, in bytes. */
const maxHeldBytes = 32 * 1024 * 1024;
/** A file without keyframes is not seekable, so one is requested when the last is older than this, in milliseconds. */
const keyframeIntervalMs = 10_000;
const tickMs = 500;
/** How much a power failure may lose, in milliseconds; the disk is flushed at this interval. */
const syncMs = 1000;

/** Kurento's code and name for media that an element cannot take. */
const unsupportedMedia = { errorCode: 40005, type: 'UNSUPPORTED_MEDIA_TYPE' } as const;
/** GStreamer's names for file errors, as Kurento passes them on. */
const faultTypes: Readonly<Record<FileFault['kind'], string>> = {
  open: 'RESOURCE_ERROR_OPEN',
  write: 'RESOURCE_ERROR_WRITE',
  gone: 'RESOURCE_ERROR_WRITE',
  full: 'RESOURCE_ERROR_NO_SPACE_LEFT',
};
const none: RecordingProfile = { container: 'webm', kinds: [], codecs: { audio: [], video: [] } };

class MatroskaRecording implements FileRecording {
  readonly sinks: Readonly<Record<MediaKind, RecordingTrack>>;
  readonly #options: FileRecordingOptions;
  readonly #profile: RecordingProfile | null;
  #state: 'idle' | 'waiting' | 'writing' | 'paused' | 'ended' = 'idle';
  #file: GrowingFile | null = null;
  #writer: FileWriter | null = null;
  #timer: NodeJS.Timeout | undefined;
  #held: Record<MediaKind, ReceivedFrame[]> = { audio: [], video: [] };
  #heldBytes = 0;
  /** When the first frame was held, on the clock of arrivals. */
  #waitingSince: number | null = null;
  #lastKeyframeAt = 0;
  #syncedAt = 0;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: FileRecordingOptions) {
    this.#options = options;
    this.#profile = readProfile(options.profile);
    const profile = this.#profile ?? none;
    const open = (kind: MediaKind): RecordingTrack =>
      new RecordingTrack(kind, profile.codecs[kind], (codec) => recordedCodec(profile, kind, codec), {
        frame: (track, frame) => this.#take(track.kind, frame),
        codecRefused: (_track, codec) => this.#refuse(codec.name),
        latenessOfOther: (track, sinceAt) => this.sinks[track.kind === 'audio' ? 'video' : 'audio'].lateness(sinceAt),
        ended: () => this.#sourceEnded(),
      });
    this.sinks = { audio: open('audio'), video: open('video') };
  }

  record(): void {
    if (this.#state !== 'idle' && this.#state !== 'paused') return;
    if (this.#profile === null) {
      const description = `The media profile ${this.#options.profile} cannot be recorded; use one of ${supportedProfiles.join(', ')}.`;
      this.#fail({ ...unsupportedMedia, description });
      return;
    }
    if (this.#state === 'idle') this.#openFile(this.#profile);
    this.#state = 'waiting';
    this.#clearHeld();
    for (const track of this.#expectedTracks()) if (this.#isWaiting()) track.open();
  }

  pause(): void {
    if (this.#state !== 'waiting' && this.#state !== 'writing') return;
    for (const track of this.#expectedTracks()) track.close();
    this.#state = 'paused';
    this.#clearHeld();
  }

  stop(): Promise<void> {
    if (this.#state !== 'ended') {
      for (const track of this.#expectedTracks()) track.close();
      if (this.#state === 'waiting' && this.#heldKinds().length > 0) this.#writer?.begin(this.#held);
      this.#end();
      this.#options.log(this.#writer?.durationMs === 0 ? 'warn' : 'info', this.#summary(), {
        path: this.#options.path,
      });
    }
    return this.#closing;
  }

  #openFile(profile: RecordingProfile): void {
    this.#file = new GrowingFile(this.#options.path, ({ kind, description }) => {
      this.#fail({ errorCode: 6, type: faultTypes[kind], description });
    });
    this.#writer = new FileWriter(this.#file, profile.container, (kind) => this.sinks[kind].codec);
    this.#timer = setInterval(() => this.#tick(performance.now()), tickMs).unref();
  }

  #take(kind: MediaKind, frame: ReceivedFrame): void {
    if (kind === 'video') this.#followKeyframes(frame);
    if (this.#state === 'writing') {
      this.#writer?.write(kind, frame);
    } else if (this.#state === 'waiting') {
      this.#held[kind].push(frame);
      this.#heldBytes += frame.data.length;
      this.#beginIfReady(frame.arrivedAt);
    }
  }

  /** Video that ends before audio is not the end: that comes when no source is left that could still send media. */
  #sourceEnded(): void {
    if (this.#state === 'idle' || this.#state === 'ended') return;
    if (this.#expectedTracks().every((track) => !track.isFed)) this.#options.listener.ended();
  }

  #followKeyframes(frame: ReceivedFrame): void {
    if (frame.isKeyframe) this.#lastKeyframeAt = frame.arrivedAt;
    else if (frame.arrivedAt - this.#lastKeyframeAt > keyframeIntervalMs) {
      this.sinks.video.requestKeyframe(frame.arrivedAt);
    }
  }

  #beginIfReady(now: number): void {
    const kinds = this.#heldKinds();
    if (this.#state !== 'waiting' || kinds.length === 0) return;
    this.#waitingSince ??= now;
    const mayWait = now - this.#waitingSince < beginTimeoutMs && this.#heldBytes <= maxHeldBytes;
    if (mayWait && !this.#isComplete()) return;
    if (kinds.length < this.#expectedTracks().length) {
      const { path } = this.#options;
      this.#options.log('info', `The recording begins with ${kinds.join()} alone; the rest is added when it arrives`, {
        path,
      });
    }
    this.#begin();
  }

  /** Every kind has arrived, audio at least up to the first picture, and the sender's capture times are known. */
  #isComplete(): boolean {
    const pictureAt = this.#held.video[0]?.arrivedAt ?? 0;
    const newest = this.#heldKinds().flatMap((kind) => this.#held[kind].at(-1) ?? []);
    if (newest.length < this.#expectedTracks().length) return false;
    return newest.every(({ arrivedAt }) => arrivedAt >= pictureAt) && FileTimeline.isAligned(newest.map(clockOf));
  }

  #begin(): void {
    this.#state = 'writing';
    this.#writer?.begin(this.#held);
    this.#clearHeld();
    // Listeners of `started` can rely on a file that can be opened, whatever happens in the next moment.
    void this.#file?.drained().then(() => {
      if (this.#state === 'writing') this.#options.listener.started();
    });
  }

  #tick(now: number): void {
    for (const track of this.#expectedTracks()) track.tick(now);
    this.#beginIfReady(now);
    if (this.#state === 'writing') this.#writer?.fillSilence(now);
    this.#writer?.tick(now);
    // A tick may follow a late one a little too soon; skipping it would delay the sync by a whole tick.
    if (now - this.#syncedAt < syncMs - tickMs / 2) return;
    this.#syncedAt = now;
    this.#writer?.flush();
    this.#file?.sync();
  }

  #refuse(codec: string): void {
    if (this.#state === 'idle' || this.#state === 'ended') return;
    const description =
      `The profile ${this.#options.profile} cannot hold ${codec}, or the codec changed while recording, and nothing ` +
      'is transcoded here. Record with another profile, or let the presenter send VP8 and Opus.';
    this.#fail({ ...unsupportedMedia, description });
  }

  #fail(error: { errorCode: number; type: string; description: string }): void {
    if (this.#state === 'ended') return;
    this.#end();
    this.#options.log('error', error.description, { path: this.#options.path });
    this.#options.listener.failed(error);
  }

  #end(): void {
    this.#state = 'ended';
    clearInterval(this.#timer);
    for (const sink of Object.values(this.sinks)) sink.setSource(null);
    this.#clearHeld();
    this.#writer?.finish();
    if (this.#file !== null) this.#closing = this.#file.close();
  }

  #summary(): string {
    if (this.#writer === null) return 'A recording was stopped before it was started; there is no file';
    const seconds = Math.round(this.#writer.durationMs / 1000);
    return seconds === 0 && this.#writer.durationMs === 0
      ? 'The recording was stopped before any media arrived; its file is empty'
      : `The recording is complete with ${seconds} s`;
  }

  #expectedTracks(): RecordingTrack[] {
    return (this.#profile?.kinds ?? []).map((kind) => this.sinks[kind]);
  }

  #heldKinds(): MediaKind[] {
    return (this.#profile?.kinds ?? []).filter((kind) => this.#held[kind].length > 0);
  }

  #isWaiting(): boolean {
    return this.#state === 'waiting';
  }

  #clearHeld(): void {
    this.#held = { audio: [], video: [] };
    this.#heldBytes = 0;
    this.#waitingSince = null;
  }
}

function clockOf({ clock }: ReceivedFrame): RtpClock {
  return clock;
}

import { AppError } from '../../lib/errors.ts';
import type { RecordingChapter } from '../../lib/recording-details.ts';
import type { RecordingMeasure } from '../../lib/recording-measure.ts';
import type { RecordingProblem } from '../../lib/recording-problems.ts';
import type { RecordingMode } from '../../lib/signaling.ts';
import type { SavedBroadcast } from './broadcast-types.ts';
import { measureDiskSpace } from './disk-space.ts';
import type { MediaCodecs } from './media-gateway.ts';
import type { RecordingStore } from './recording-store.ts';

/** The data needed to go on counting in another run of the server. Times are in milliseconds. */
type SavedTime = {
  /** The total length of the closed parts. */
  recordedMs: number;
  /** The time since which a part is being written, in milliseconds since the epoch; `null` while none is. */
  partSince: number | null;
};

/**
 * The recorded length, by the clock. It is the sum of the parts, so pauses do not count. A file that is being written
 * also holds its length, but each format in its own way, and some only at the end.
 */
export class RecordedTime {
  #saved: SavedTime;

  constructor(saved: SavedTime = { recordedMs: 0, partSince: null }) {
    this.#saved = saved;
  }

  get saved(): SavedTime {
    return this.#saved;
  }

  /** The length recorded until `now`, in milliseconds. */
  ms(now: number): number {
    const { recordedMs, partSince } = this.#saved;
    return recordedMs + (partSince === null ? 0 : Math.max(0, now - partSince));
  }

  /** The first media of a part reached its file. */
  begin(now: number): void {
    this.#saved = { recordedMs: this.ms(now), partSince: now };
  }

  /** Nothing was written after `at`. Does nothing if no part is open. */
  end(at: number): void {
    this.#saved = { recordedMs: this.ms(at), partSince: null };
  }

  /** All parts are closed and were measured: `recordedMs` replaces the count by the clock. */
  settle(recordedMs: number): void {
    this.#saved = { recordedMs, partSince: null };
  }
}

/** The show to which a recording belongs. Times are in milliseconds since the epoch. */
export type Show = { channel: string; title: string; startedAt: number };

/** The saved data with which another run of the server finds the recording again. */
type SavedPlace = Pick<SavedBroadcast, 'recordingId' | 'recordedMs' | 'partSince'>;

/** Why a recording is in several parts. */
type Break = 'pause' | 'interruption';

/** The one recording that a broadcast has in the recording store, from its first part on: its id and its length. */
export class StoredRecording {
  readonly #recordingStore: RecordingStore;
  #id: string | null = null;
  #time = new RecordedTime();
  #hasMedia = false;
  /** What lies between the last part and the next one. */
  #break: Break = 'interruption';

  constructor(recordingStore: RecordingStore) {
    this.#recordingStore = recordingStore;
  }

  /** `null` until there is a part. */
  get id(): string | null {
    return this.#id;
  }

  save(): SavedPlace {
    return { recordingId: this.#id, ...this.#time.saved };
  }

  restore(saved: SavedPlace & { record: RecordingMode }): void {
    this.#id = saved.recordingId;
    this.#break = saved.record === 'on' ? 'interruption' : 'pause';
    this.#time = new RecordedTime(saved);
    this.#hasMedia = saved.recordingId !== null;
  }

  /**
   * Prepares the next part, with these codecs. It is the first one if there is no recording, or if it no longer exists.
   * @throws AppError `recording-failed`
   */
  async prepare(show: Show, codecs: MediaCodecs): Promise<{ uri: string }> {
    if (this.#id !== null) {
      try {
        return await this.#recordingStore.addPart(this.#id, codecs);
      } catch (error) {
        // The finished recording may have been deleted, or moved to a store for good; the presenter who goes on recording
        // still wants one.
        if (!isMissing(error)) throw error;
        this.#forget();
      }
    }
    const { id, uri } = await this.#recordingStore.create({ ...show, codecs });
    this.#id = id;
    return { uri };
  }

  /** Changes the title of the recording, if there is one yet. @throws AppError; Error of node:fs */
  async retitle(title: string): Promise<void> {
    if (this.#id === null) return;
    if (this.#hasMedia) await this.#note('title', title);
    await this.#recordingStore.retitle(this.#id, title);
  }

  /** The presenter's media goes on after it was away, in the same part. */
  async resumed(): Promise<void> {
    if (this.#time.saved.partSince !== null) await this.#note('interruption');
  }

  /** The first media reached the prepared part. */
  partBegan(): void {
    const isFurther = this.#hasMedia;
    this.#hasMedia = true;
    this.#time.begin(Date.now());
    if (isFurther) void this.#note(this.#break);
    this.#break = 'interruption';
  }

  /**
   * The open part is no longer written to. Does nothing if no part is open.
   * @param mode what the presenter wants now
   */
  partEnded(mode: RecordingMode): void {
    if (mode !== 'on') this.#break = 'pause';
    this.#time.end(Date.now());
  }

  /**
   * Ends a part that was being written when the server was killed, if there is one. Only the file shows when it ended.
   */
  async endLostPart(): Promise<void> {
    const { partSince } = this.#time.saved;
    if (this.#id === null || partSince === null) return;
    const { writtenAt } = await this.#recordingStore.measure(this.#id).catch(() => ({ writtenAt: null }));
    this.#time.end(writtenAt ?? partSince);
  }

  /**
   * Makes one file of all parts. `problem` is the reason why the recording broke, if it did.
   * @returns why there is nothing to watch; `null` if there is something, or if nothing was ever recorded
   */
  async finish(problem: RecordingProblem | null): Promise<RecordingProblem | null> {
    if (this.#id === null) return null;
    if (!this.#hasMedia && problem !== null) {
      await this.#recordingStore.fail(this.#id, problem);
      return problem;
    }
    try {
      const { durationMs, failure } = await this.#recordingStore.finish(this.#id);
      if (durationMs !== null) this.#time.settle(durationMs);
      return failure;
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.#forget();
      return null;
    }
  }

  /**
   * The size in bytes of the file that is being written; `null` when there is none.
   * @throws AppError `recording-not-found`
   */
  async partSize(): Promise<number | null> {
    return this.#id === null ? null : await this.#recordingStore.partSize(this.#id);
  }

  /** @throws AppError `recording-failed` when the disk cannot be reached */
  async measure(): Promise<RecordingMeasure> {
    const nothing = { sizeBytes: 0, joinBytes: 0 };
    try {
      const { freeBytes } = await this.#recordingStore.space();
      const { sizeBytes, joinBytes } = this.#id === null ? nothing : await this.#recordingStore.measure(this.#id);
      return measureDiskSpace({ recordedMs: this.#time.ms(Date.now()), sizeBytes, joinBytes, freeBytes });
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      const message = 'The recordings folder cannot be reached. Please tell the operator of the server.';
      throw new AppError('recording-failed', message, { cause });
    }
  }

  /** Notes a chapter that begins now. Never rejects: a recording without a chapter is as good. */
  async #note(kind: RecordingChapter['kind'], title: string | null = null): Promise<void> {
    if (this.#id === null) return;
    const atMs = this.#time.ms(Date.now());
    await this.#recordingStore.chapters.note(this.#id, { atMs, kind, title }).catch(() => undefined);
  }

  #forget(): void {
    this.#id = null;
    this.#time = new RecordedTime();
    this.#hasMedia = false;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof AppError && error.code === 'recording-not-found';
}

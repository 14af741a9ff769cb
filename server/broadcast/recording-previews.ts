import type { Logger } from '../logger.ts';
import type { Broadcast } from './broadcast.ts';
import type { RecordingStore } from './recording-store.ts';
import { RecordedTime } from './stored-recording.ts';

/** From here on, a show usually looks as it will; its first pictures are often dark. In milliseconds of the recording. */
const settledAfterMs = 10_000;

/** The picture that a recording has: whose it is, and where it was taken, in milliseconds. */
type Kept = { recordingId: string; atMs: number };

/**
 * Keeps a preview picture of a show with its recording, which then has one before anybody has played it, and where nothing
 * on the server can decode it. It is the first one after ten seconds, or an earlier one if none follows.
 */
export class RecordingPreviews {
  readonly #store: Pick<RecordingStore, 'keepPreview'>;
  readonly #logger: Logger;
  readonly #kept = new WeakMap<Broadcast['recording'], Kept>();

  constructor(parts: { recordingStore: Pick<RecordingStore, 'keepPreview'>; logger: Logger }) {
    this.#store = parts.recordingStore;
    this.#logger = parts.logger;
  }

  /** This is what viewers of a show see now. Does nothing unless it is being recorded. */
  note({ recording }: Pick<Broadcast, 'recording'>, jpeg: Uint8Array): void {
    const saved = recording.save();
    const { recordingId } = saved;
    if (recording.phase !== 'recording' || recordingId === null) return;
    const kept = this.#kept.get(recording);
    if (kept?.recordingId === recordingId && kept.atMs >= settledAfterMs) return;
    this.#kept.set(recording, { recordingId, atMs: new RecordedTime(saved).ms(Date.now()) });
    this.#store.keepPreview(recordingId, jpeg).catch((error: unknown) => {
      this.#logger.warn({ err: error, recordingId }, 'The picture of a recording could not be kept');
    });
  }
}

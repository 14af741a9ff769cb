import { type AppError, toErrorBody } from '../../lib/errors.ts';
import type { RecordingPhase } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import type { MediaKind, RecorderLink, Stage } from './media-gateway.ts';
import type { RecordingShelf } from './recording-shelf.ts';

/** What a recording needs to know of its show. */
type Show = { channel: string; title: string; startedAt: number; kinds: readonly MediaKind[] };

/**
 * The recording of one broadcast: `off → starting → recording → finishing → finished | failed`. Whatever befalls
 * it, the show goes on; so nothing here rejects.
 */
export class BroadcastRecording {
  readonly #shelf: RecordingShelf;
  readonly #logger: Logger;
  readonly #changed: () => void;
  #phase: RecordingPhase = 'off';
  #recordingId: string | null = null;
  #opening: Promise<RecorderLink | null> | undefined;
  #stopping: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  #failing: Promise<unknown> = Promise.resolve();
  #mediaArrived = false;

  constructor(parts: { shelf: RecordingShelf; logger: Logger; changed: () => void }) {
    this.#shelf = parts.shelf;
    this.#logger = parts.logger;
    this.#changed = parts.changed;
  }

  get phase(): RecordingPhase {
    return this.#phase;
  }

  /** The recording's id where there is, or may yet be, something to look at. */
  get recordingId(): string | null {
    return this.#phase === 'off' || this.#phase === 'failed' ? null : this.#recordingId;
  }

  /** Begins to record what is on `stage`. */
  start(stage: Stage, show: Show): void {
    if (this.#phase !== 'off') return;
    this.#turn('starting');
    this.#opening = this.#open(stage, show).catch((error: unknown) => {
      this.#fail(error);
      return null;
    });
  }

  /** Stops the recorder: the media server has written the file, or never will. May be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Stops the recorder and makes the file ready to be watched; may be called twice. */
  finish(): Promise<void> {
    this.#finishing ??= this.#finish();
    return this.#finishing;
  }

  async #open(stage: Stage, show: Show): Promise<RecorderLink> {
    const { id, uri } = await this.#shelf.create(show);
    this.#recordingId = id;
    return stage.startRecording({
      uri,
      kinds: show.kinds,
      listener: {
        recording: () => {
          this.#mediaArrived = true;
          if (this.#phase === 'starting') this.#turn('recording');
        },
        failed: (error) => {
          void this.#breakOff(error);
        },
      },
    });
  }

  /** A recording that broke half-way keeps what it has; one that never began is listed as failed. */
  async #breakOff(error: AppError): Promise<void> {
    this.#logger.error({ err: error, recordingId: this.#recordingId }, 'the recording broke');
    if (this.#mediaArrived) await this.finish();
    else this.#fail(error);
    this.#turn('failed');
  }

  async #stop(): Promise<void> {
    const recorder = await this.#opening;
    if (!recorder) return;
    if (this.#phase !== 'failed') this.#turn('finishing');
    await recorder.stop().catch((error: unknown) => {
      this.#logger.error({ err: error, recordingId: this.#recordingId }, 'the recorder did not stop in order');
    });
    await recorder.close();
  }

  async #finish(): Promise<void> {
    await this.stop();
    await this.#failing;
    if (this.#recordingId === null || this.#phase !== 'finishing') return;
    await this.#shelf.finish(this.#recordingId);
    this.#turn('finished');
  }

  /** The shelf takes its time to look at what was kept; nobody but the end of the server waits for that. */
  #fail(error: unknown): void {
    if (this.#phase === 'failed') return;
    this.#logger.error({ err: error, recordingId: this.#recordingId }, 'the recording failed');
    this.#turn('failed');
    if (this.#recordingId === null) return;
    this.#failing = this.#shelf.fail(this.#recordingId, toErrorBody(error).message).catch((failure: unknown) => {
      this.#logger.error({ err: failure }, 'the failed recording could not be noted');
    });
  }

  #turn(phase: RecordingPhase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#changed();
  }
}

import { type AppError, toErrorBody } from '../../lib/errors.ts';
import type { RecordingPhase } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import { kindsOf, type MediaCodecs, type RecorderLink, type Stage } from './media-gateway.ts';
import type { RecordingShelf } from './recording-shelf.ts';

/** Whose recording it is. Times are milliseconds since the epoch. */
type Show = { channel: string; title: string; startedAt: number };

/** Where there is something to record, and what. */
type Scene = { stage: Stage; codecs: MediaCodecs };

/** A recording that broke is tried again so often, in milliseconds, and with so much room, in bytes. */
const retryEveryMs = 5_000;
const roomToStart = 100_000_000;

/**
 * The recording of one broadcast: one file in the end, in as many parts as interruptions ask for. Whatever befalls
 * it, the show goes on; so nothing here rejects. Steps are done one after the other.
 */
export class BroadcastRecording {
  readonly #shelf: RecordingShelf;
  readonly #logger: Logger;
  readonly #changed: () => void;
  #phase: RecordingPhase = 'off';
  #problem: string | null = null;
  #recordingId: string | null;
  #wanted = false;
  #scene: Scene | null = null;
  #recorder: RecorderLink | null = null;
  #mediaArrived = false;
  #retry: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();

  /** @param parts.recordingId of a recording that an earlier life of the server began */
  constructor(parts: { shelf: RecordingShelf; logger: Logger; changed: () => void; recordingId: string | null }) {
    this.#shelf = parts.shelf;
    this.#logger = parts.logger;
    this.#changed = parts.changed;
    this.#recordingId = parts.recordingId;
    this.#mediaArrived = parts.recordingId !== null;
  }

  get phase(): RecordingPhase {
    return this.#phase;
  }

  /** One sentence on what is wrong; `null` when all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Whether the presenter wants a recording. */
  get wanted(): boolean {
    return this.#wanted;
  }

  /** The recording's id as long as it is not given up. */
  get recordingId(): string | null {
    return this.#recordingId;
  }

  /** Records from now on, or as soon as there is a scene. */
  start(show: Show): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#turn('starting', null);
    this.#do(() => this.#openPart(show));
  }

  /** Stops for now; {@link start} goes on in the same file. */
  pause(): void {
    if (!this.#wanted) return;
    this.#wanted = false;
    this.#do(async () => {
      await this.#closePart();
      this.#turn('off', null);
    });
  }

  /** There is something to record: the stage stands, and it is known what the presenter sends. */
  sceneSet(scene: Scene, show: Show): void {
    const before = this.#scene;
    this.#scene = scene;
    if (before?.stage === scene.stage && kindsOf(scene.codecs).every((it) => before.codecs[it] === scene.codecs[it]))
      return;
    this.#do(async () => {
      // A recorder is made for its codecs: a presenter who comes back with others goes on in a part of its own.
      await this.#closePart();
      await this.#openPart(show);
    });
  }

  /** The stage is gone, and a recorder on it. */
  sceneLost(): void {
    this.#scene = null;
    this.#do(async () => {
      await this.#closePart();
      if (this.#wanted) this.#turn('starting', this.#problem);
    });
  }

  /** Stops the recorder: the media server has written the file, or never will. */
  async stop(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#retry);
    this.#do(() => this.#closePart());
    await this.#work;
  }

  /** Stops, and makes of all parts one file that can be watched. */
  async finish(): Promise<void> {
    await this.stop();
    const id = this.#recordingId;
    if (id === null) return;
    if (!this.#mediaArrived && this.#problem !== null) {
      await this.#shelf
        .fail(id, this.#problem)
        .catch((error: unknown) => this.#logger.error({ err: error }, 'it stays'));
      return;
    }
    await this.#shelf.finish(id);
    this.#turn('finished', this.#problem);
  }

  /** Steps wait for each other, so that none meets another half done. */
  #do(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((error: unknown) => {
      this.#logger.error({ err: error, recordingId: this.#recordingId }, 'a step of the recording failed');
    });
  }

  async #openPart(show: Show): Promise<void> {
    clearTimeout(this.#retry);
    if (!this.#wanted || this.#scene === null || this.#recorder !== null) return;
    const { stage, codecs } = this.#scene;
    let recorder: RecorderLink | null = null;
    try {
      const { uri } = await this.#makeRoom(show, codecs);
      this.#turn('starting', null);
      const listener = {
        recording: () => {
          this.#mediaArrived = true;
          if (this.#phase === 'starting') this.#turn('recording', null);
        },
        failed: (error: AppError) =>
          this.#do(async () => {
            // It may have been replaced before its failure had its turn.
            if (recorder === this.#recorder) await this.#broke(error, show);
          }),
      };
      recorder = await stage.startRecording({ uri, codecs, listener });
      this.#recorder = recorder;
    } catch (error) {
      await this.#broke(error, show);
    }
  }

  async #makeRoom(show: Show, codecs: MediaCodecs): Promise<{ uri: string }> {
    if (this.#recordingId !== null) return this.#shelf.addPart(this.#recordingId, codecs);
    const { id, uri } = await this.#shelf.create({ ...show, kinds: kindsOf(codecs), codecs });
    this.#recordingId = id;
    this.#changed();
    return { uri };
  }

  /** What was written is kept; the rest is tried again for as long as it is wanted. */
  async #broke(error: unknown, show: Show): Promise<void> {
    this.#logger.error({ err: error, recordingId: this.#recordingId }, 'the recording broke');
    await this.#closePart();
    if (!this.#wanted) return;
    // A stage that went away takes its recorder along; the next one brings a new one, and nobody need worry.
    if (this.#scene !== null) this.#turn('failed', toErrorBody(error).message);
    this.#tryLater(show);
  }

  #tryLater(show: Show): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#do(async () => {
        const room = await this.#shelf.space().catch(() => ({ freeBytes: 0 }));
        if (room.freeBytes >= roomToStart) await this.#openPart(show);
        else if (this.#wanted) this.#tryLater(show);
      });
    }, retryEveryMs);
  }

  async #closePart(): Promise<void> {
    const recorder = this.#recorder;
    this.#recorder = null;
    if (recorder === null) return;
    if (this.#phase === 'recording') this.#turn('finishing', this.#problem);
    await recorder.stop().catch((error: unknown) => {
      this.#logger.warn({ err: error, recordingId: this.#recordingId }, 'the recorder did not stop in order');
    });
    await recorder.close();
  }

  #turn(phase: RecordingPhase, problem: string | null): void {
    if (this.#phase === phase && this.#problem === problem) return;
    this.#phase = phase;
    this.#problem = problem;
    this.#changed();
  }
}

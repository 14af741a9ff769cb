import type { AppError } from '../../lib/errors.ts';
import { RecordingError, type RecordingProblem, recordingProblemOf } from '../../lib/recording-problems.ts';
import type { RecordingMeasure, RecordingMode, RecordingPhase } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import type { SavedRecording } from './broadcast-types.ts';
import { RetryWithFreeSpace } from './disk-space.ts';
import {
  type BroadcastPipeline,
  kindsOf,
  type MediaKind,
  type PresenterLink,
  type RecorderLink,
} from './media-gateway.ts';
import { type PartFinding, RecorderMonitor } from './recorder-monitor.ts';
import type { RecordingStore } from './recording-store.ts';
import { type Show, StoredRecording } from './stored-recording.ts';

/** Where there is something to record, and from whom. */
type RecordingInput = { pipeline: BroadcastPipeline; link: Pick<PresenterLink, 'codecs' | 'received'> };

/**
 * The recording of one broadcast: one file in the end, in as many parts as pauses and interruptions ask for. Whatever
 * befalls it, the show goes on; so nothing here rejects. Steps are done one after the other.
 */
export class BroadcastRecording {
  readonly #stored: StoredRecording;
  readonly #logger: Logger;
  readonly #changed: () => void;
  readonly #retry: RetryWithFreeSpace;
  #phase: RecordingPhase = 'off';
  #problem: RecordingProblem | null = null;
  #mode: RecordingMode = 'off';
  /** Counts the changes of mode: what comes of an earlier one is no news. */
  #modeChanges = 0;
  #input: RecordingInput | null = null;
  #recorder: RecorderLink | null = null;
  /** The kinds that come from the presenter, where only some do of those that were agreed on. */
  #coming: readonly MediaKind[] | null = null;
  #monitor: RecorderMonitor | undefined;
  /** Recorders that are being stopped. */
  #leaving: Promise<unknown> = Promise.resolve();
  #work: Promise<void> = Promise.resolve();

  constructor(parts: { recordingStore: RecordingStore; logger: Logger; changed: () => void }) {
    this.#stored = new StoredRecording(parts.recordingStore);
    this.#logger = parts.logger;
    this.#changed = parts.changed;
    this.#retry = new RetryWithFreeSpace(() => parts.recordingStore.space());
  }

  get phase(): RecordingPhase {
    return this.#phase;
  }

  /** What is wrong; `null` when all is well. */
  get problem(): RecordingProblem | null {
    return this.#problem;
  }

  /** The id under which the recording can be looked at while the show is on; `null` until it is finished. */
  get finishedId(): string | null {
    return this.#phase === 'finished' ? this.#stored.id : null;
  }

  /** The id under which the recording can be looked at after the show; `null` if there is nothing. */
  get lastingId(): string | null {
    return this.#phase === 'off' ? null : this.#stored.id;
  }

  /** What has to be known to {@link restore} it. */
  save(): SavedRecording {
    return { record: this.#mode, ...this.#stored.save() };
  }

  /** Takes up, once and before anything else, what an earlier life of the server began. */
  restore(saved: SavedRecording, show: Show): void {
    const { record, recordingId } = saved;
    this.#stored.restore(saved);
    this.#do(() => this.#stored.endLostPart());
    if (record === 'off' && recordingId === null) return;
    this.#mode = record;
    if (record === 'on') this.#start(show);
    else if (record === 'paused') this.#turn('paused', null);
    else this.#finishNow();
  }

  /** Does what the presenter asks for; see `recording:set`. A start that is asked for again is tried again at once. */
  set(mode: RecordingMode, show: Show): void {
    if (mode === 'paused' && this.#mode === 'off') return;
    if (mode === this.#mode && !(mode === 'on' && this.#phase === 'failed')) return;
    this.#mode = mode;
    this.#modeChanges += 1;
    this.#retry.cancel();
    if (mode === 'on') this.#start(show);
    else if (mode === 'off') this.#finishNow();
    else {
      this.#turn('paused', null);
      this.#do(() => this.#closePart());
    }
  }

  /** The show has another title, and so has its recording. */
  retitle(title: string): void {
    this.#do(() => this.#stored.retitle(title));
  }

  /**
   * Its length, and the free space for it.
   * @throws AppError `recording-failed` when the disk cannot be reached
   */
  measure(): Promise<RecordingMeasure> {
    return this.#stored.measure();
  }

  /** There is something to record: the pipeline stands, and it is known what the presenter sends. */
  inputReady(input: RecordingInput, show: Show): void {
    const before = this.#input;
    this.#input = input;
    const { pipeline, link } = input;
    const isSame = (kind: MediaKind) => before?.link.codecs[kind] === link.codecs[kind];
    if (before?.pipeline === pipeline && kindsOf(link.codecs).every(isSame)) return;
    this.#coming = null;
    this.#do(async () => {
      // A recorder is made for its codecs: a presenter who comes back with others goes on in a part of its own.
      await this.#closePart();
      await this.#openPart(show);
    });
  }

  /** The pipeline is gone, and a recorder on it. */
  inputLost(): void {
    this.#input = null;
    if (this.#recorder !== null) this.#stored.partEnded();
    if (this.#mode === 'on') this.#turn('starting', this.#problem);
    this.#do(() => this.#closePart());
  }

  /** Stops the recorder: the media server has written the file, or never will. */
  async stop(): Promise<void> {
    if (this.#mode !== 'off' && this.#phase !== 'failed') this.#turn('finishing', this.#problem);
    this.#mode = 'off';
    this.#retry.cancel();
    this.#do(() => this.#closePart());
    await this.#work;
  }

  /** Stops the recorder, as the server is about to end; {@link save} tells the next one what is asked for. */
  async suspend(): Promise<void> {
    this.#input = null;
    this.#retry.cancel();
    this.#do(() => this.#closePart());
    await this.#work;
  }

  /** Stops, and makes of all parts one file that can be watched. */
  async finish(): Promise<void> {
    await this.stop();
    await this.#conclude();
  }

  #start(show: Show): void {
    this.#turn('starting', null);
    this.#do(() => this.#openPart(show));
  }

  #finishNow(): void {
    this.#turn('finishing', this.#problem);
    this.#do(async () => {
      await this.#closePart();
      // Joining may take long, and the end of the show shall not wait for it with its pipeline; the store sees to it
      // that a further part does.
      void this.#conclude();
    });
  }

  /** Steps wait for each other, so that none meets another half done. */
  #do(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((error: unknown) => this.#report(error));
  }

  #report(error: unknown): void {
    this.#logger.error({ err: error, recordingId: this.#stored.id }, 'A step of the recording failed');
  }

  /** Makes one file of what there is, and tells what became of it unless the recording went on meanwhile. */
  async #conclude(): Promise<void> {
    const modeChanges = this.#modeChanges;
    try {
      const failure = await this.#stored.finish(this.#problem);
      if (modeChanges !== this.#modeChanges) return;
      if (this.#stored.id === null || failure !== null) this.#turn('off', failure);
      else this.#turn('finished', this.#problem);
    } catch (error) {
      this.#report(error);
      if (modeChanges === this.#modeChanges) this.#turn('off', null);
    }
  }

  async #openPart(show: Show): Promise<void> {
    this.#retry.cancel();
    if (this.#mode !== 'on' || this.#input === null || this.#recorder !== null) return;
    const { pipeline, link } = this.#input;
    const { codecs } = link;
    const kinds = this.#coming ?? kindsOf(codecs);
    let recorder: RecorderLink | null = null;
    // It may have been replaced before its news had its turn.
    const ifCurrent = (step: () => Promise<void>) =>
      this.#do(async () => {
        if (recorder === this.#recorder) await step();
      });
    try {
      const { uri } = await this.#stored.prepare(show, codecs);
      // Whatever becomes of it, a later life of the server has to know of it.
      this.#changed();
      if (this.#mode !== 'on') return;
      // What is wrong stays so until something is written.
      this.#turn('starting', this.#problem);
      const monitor = new RecorderMonitor({
        kinds,
        partSize: () => this.#stored.partSize(),
        // Another link of the presenter may have taken the pipeline.
        received: () => (this.#input?.link ?? link).received(),
        found: (finding) => ifCurrent(() => this.#found(finding, monitor, show)),
      });
      this.#monitor = monitor;
      const listener = {
        recording: () => {
          monitor.begin();
          if (this.#phase !== 'starting') return;
          this.#stored.partBegan();
          this.#turn('recording', null);
        },
        outdated: () => ifCurrent(() => this.#replaceRecorder(show)),
        failed: (error: AppError) => ifCurrent(() => this.#broke(error, show)),
      };
      recorder = await pipeline.startRecording({ uri, codecs, kinds, listener });
      this.#recorder = recorder;
    } catch (error) {
      await this.#broke(error, show);
    }
  }

  /** What was written is kept; the rest is tried again for as long as it is wanted. */
  async #broke(error: unknown, show: Show): Promise<void> {
    this.#logger.error({ err: error, recordingId: this.#stored.id }, 'The recording broke');
    // A pipeline that went away takes its recorder along; the next one brings a new one, and nobody need worry. All
    // else is told before the recorder is stopped, which may take long.
    if (this.#mode === 'on' && this.#input !== null) this.#turn('failed', recordingProblemOf(error));
    await this.#closePart();
    if (this.#mode === 'on') this.#retry.later(() => this.#do(() => this.#openPart(show)));
  }

  /** What the media server does not tell was found out. */
  async #found(finding: PartFinding, monitor: RecorderMonitor, show: Show): Promise<void> {
    if (finding === 'gone') return await this.#broke(new RecordingError('notWritable'), show);
    if (finding === 'stuck')
      return await this.#broke(new RecordingError(monitor.began ? 'notWritable' : 'notBegun'), show);
    const { coming } = monitor;
    this.#coming = finding === 'held-up' && coming.length > 0 ? coming : null;
    const info = { recordingId: this.#stored.id, coming: this.#coming };
    this.#logger.warn(info, 'The recording goes on in a part of its own with what comes from the presenter');
    await this.#closePart();
    await this.#openPart(show);
  }

  /** Another recorder goes on where this one cannot, and need not wait for it: one that broke may take long to stop. */
  async #replaceRecorder(show: Show): Promise<void> {
    // One that never began would be replaced for ever.
    if (this.#monitor?.began !== true) return await this.#broke(new RecordingError('notBegun'), show);
    this.#leavePart();
    await this.#openPart(show);
  }

  async #closePart(): Promise<void> {
    this.#leavePart();
    await this.#leaving;
  }

  #leavePart(): void {
    const recorder = this.#recorder;
    this.#recorder = null;
    this.#monitor?.close();
    this.#stored.partEnded();
    if (recorder !== null) this.#leaving = Promise.all([this.#leaving, this.#stopRecorder(recorder)]);
  }

  async #stopRecorder(recorder: RecorderLink): Promise<void> {
    await recorder.stop().catch((error: unknown) => {
      this.#logger.warn({ err: error, recordingId: this.#stored.id }, 'The recorder did not stop in order');
    });
    await recorder.close();
  }

  #turn(phase: RecordingPhase, problem: RecordingProblem | null): void {
    if (this.#phase === phase && this.#problem === problem) return;
    this.#phase = phase;
    this.#problem = problem;
    this.#changed();
  }
}

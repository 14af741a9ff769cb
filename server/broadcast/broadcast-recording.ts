import type { AppError } from '../../lib/errors.ts';
import type { RecordingMeasure } from '../../lib/recording-measure.ts';
import { RecordingError, type RecordingProblem, recordingProblemOf } from '../../lib/recording-problems.ts';
import type { RecordingMode, RecordingPhase } from '../../lib/signaling.ts';
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

/** The pipeline on which to record, and the presenter's link that feeds it. */
type RecordingInput = { pipeline: BroadcastPipeline; link: Pick<PresenterLink, 'codecs' | 'received'> };

/**
 * The recording of one broadcast: one file in the end, in as many parts as pauses and interruptions require. The show
 * goes on whatever happens here, so nothing rejects. Steps run one after the other.
 */
export class BroadcastRecording {
  readonly #stored: StoredRecording;
  readonly #logger: Logger;
  readonly #changed: () => void;
  readonly #retry: RetryWithFreeSpace;
  #phase: RecordingPhase = 'off';
  #problem: RecordingProblem | null = null;
  #mode: RecordingMode = 'off';
  /** Counts the changes of mode, so that the outcome of an earlier one is ignored. */
  #modeChanges = 0;
  #input: RecordingInput | null = null;
  #recorder: RecorderLink | null = null;
  /** The kinds that arrive from the presenter, if only some of the negotiated ones do. */
  #coming: readonly MediaKind[] | null = null;
  #monitor: RecorderMonitor | undefined;
  /** Resolves when the recorders that are being stopped have stopped. */
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

  /** The current problem; `null` when there is none. */
  get problem(): RecordingProblem | null {
    return this.#problem;
  }

  /** The id under which the recording can be watched while the show is on; `null` until then. */
  get finishedId(): string | null {
    return this.#phase === 'finished' ? this.#stored.id : null;
  }

  /** The id under which the recording can be watched after the show; `null` if there is none. */
  get lastingId(): string | null {
    return this.#phase === 'off' ? null : this.#stored.id;
  }

  /** The data that {@link restore} needs. */
  save(): SavedRecording {
    return { record: this.#mode, ...this.#stored.save() };
  }

  /** Resumes a recording that an earlier run of the server began. Called once, before anything else. */
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

  /** Applies the presenter's request; see `recording:set`. Repeating a start that failed retries it immediately. */
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

  /** The title of the show has changed; the recording gets the new one. */
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

  /** There is something to record: the pipeline is open, and the presenter's codecs are known. */
  inputReady(input: RecordingInput, show: Show): void {
    const [before, { pipeline, link }] = [this.#input, input];
    this.#input = input;
    const isSame = (kind: MediaKind) => before?.link.codecs[kind] === link.codecs[kind];
    if (before?.pipeline === pipeline && kindsOf(link.codecs).every(isSame)) {
      this.#do(() => this.#stored.resumed());
      return;
    }
    this.#coming = null;
    this.#do(async () => {
      // A recorder is made for fixed codecs: a presenter who returns with other codecs is recorded in a new part.
      await this.#closePart();
      await this.#openPart(show);
    });
  }

  /** The pipeline is gone, and with it any recorder on it. */
  inputLost(): void {
    this.#input = null;
    if (this.#recorder !== null) this.#stored.partEnded(this.#mode);
    if (this.#mode === 'on') this.#turn('starting', this.#problem);
    this.#do(() => this.#closePart());
  }

  /** Stops the recorder. When this resolves, the media server has written the file or never will. */
  async stop(): Promise<void> {
    if (this.#mode !== 'off' && this.#phase !== 'failed') this.#turn('finishing', this.#problem);
    this.#mode = 'off';
    this.#retry.cancel();
    this.#do(() => this.#closePart());
    await this.#work;
  }

  /** Stops the recorder because the server is about to end; {@link save} keeps the requested mode for the next run. */
  async suspend(): Promise<void> {
    this.#input = null;
    this.#retry.cancel();
    this.#do(() => this.#closePart());
    await this.#work;
  }

  /** Stops, and joins all parts into one file that can be watched. */
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
      // Joining may take long: the end of the show does not wait for it. A further part does, in the store.
      void this.#conclude();
    });
  }

  /** Steps wait for each other, so that no step sees another one half done. */
  #do(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch((error: unknown) => this.#report(error));
  }

  #report(error: unknown): void {
    this.#logger.error({ err: error, recordingId: this.#stored.id }, 'A step of the recording failed');
  }

  /** Makes one file of the parts, and reports the outcome unless the recording was resumed meanwhile. */
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
    // The recorder may have been replaced before its event was handled.
    const ifCurrent = (step: () => Promise<void>) =>
      this.#do(async () => {
        if (recorder === this.#recorder) await step();
      });
    try {
      const { uri } = await this.#stored.prepare(show, codecs);
      this.#changed(); // A later run of the server must know of this part, whatever happens to it.
      if (this.#mode !== 'on') return;
      this.#turn('starting', this.#problem); // The problem stays until something is written.
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

  /** Keeps what was written, and retries for as long as recording is requested. */
  async #broke(error: unknown, show: Show): Promise<void> {
    this.#logger.error({ err: error, recordingId: this.#stored.id }, 'The recording broke');
    // A recorder that went away with its pipeline is no problem: the next pipeline gets a new one. Any other failure
    // is reported before the recorder is stopped, because stopping may take long.
    if (this.#mode === 'on' && this.#input !== null) this.#turn('failed', recordingProblemOf(error));
    await this.#closePart();
    if (this.#mode === 'on') this.#retry.later(() => this.#do(() => this.#openPart(show)));
  }

  /** Handles a fault that the media server does not report. */
  async #found(finding: PartFinding, monitor: RecorderMonitor, show: Show): Promise<void> {
    if (finding === 'gone' || finding === 'stuck') {
      const otherwise = finding === 'stuck' && !monitor.began ? 'notBegun' : 'notWritable';
      return await this.#broke(new RecordingError((await this.#retry.isDiskFull()) ? 'diskFull' : otherwise), show);
    }
    const { coming } = monitor;
    this.#coming = finding === 'held-up' && coming.length > 0 ? coming : null;
    this.#logger.warn({ recordingId: this.#stored.id, coming: this.#coming }, 'A new part has the kinds that arrive');
    await this.#closePart();
    await this.#openPart(show);
  }

  /** Starts another recorder when this one cannot go on, without waiting for it: a broken one may stop slowly. */
  async #replaceRecorder(show: Show): Promise<void> {
    // A recorder that never began would be replaced forever.
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
    this.#stored.partEnded(this.#mode);
    if (recorder !== null) this.#leaving = Promise.all([this.#leaving, this.#stopRecorder(recorder)]);
  }

  async #stopRecorder(recorder: RecorderLink): Promise<void> {
    await recorder.stop().catch((error: unknown) => {
      this.#logger.warn({ err: error, recordingId: this.#stored.id }, 'The recorder did not stop cleanly');
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

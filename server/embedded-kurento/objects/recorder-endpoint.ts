import { mediaTypes } from '../graph/media-graph.ts';
import type { FileRecording, MediaKind, RtpSink } from '../media/media-types.ts';
import { openFileRecording, supportedProfiles } from '../recording/file-recording.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import { extendOperations } from './media-object.ts';
import type { MediaPipeline } from './media-pipeline.ts';
import { replyTimeoutMs, settlesWithin } from './timeout.ts';
import { recordingPath, UriEndpoint } from './uri-endpoint.ts';

/** The options of a recorder, as Kurento's constructor takes them. */
export type RecorderOptions = {
  uri: string;
  mediaProfile: string;
  /** Stops the recorder when all sources have ended, such as a player at the end of its file. */
  stopOnEndOfStream: boolean;
};

type RecordingError = { errorCode: number; type: string; description: string };

/** Writes its input to a file, once: a recorder that was stopped stays stopped. */
export class RecorderEndpoint extends UriEndpoint {
  static override readonly operations = extendOperations<RecorderEndpoint>(super.operations, {
    record: (self) => self.record(),
    stopAndWait: (self) => self.stopAndWait(),
  });

  /** Null when the address cannot be recorded to, which `record()` then reports. */
  readonly #recording: FileRecording | null;
  readonly #addressFault: string | null;
  #asked = false;
  #stopping: Promise<void> | null = null;

  /** @throws KurentoError 40107 for a profile of Kurento's that is not supported here */
  constructor(pipeline: MediaPipeline, options: RecorderOptions) {
    const { uri, mediaProfile } = options;
    super(pipeline, 'RecorderEndpoint', uri);
    if (!supportedProfiles.some((supported) => supported === mediaProfile)) {
      const text = `Media profile '${mediaProfile}' is not supported here; use one of ${supportedProfiles.join(', ')}`;
      throw new KurentoError(40107, text);
    }
    const path = tryPath(uri, this.context.recordingsRoot);
    this.#addressFault = path.fault;
    this.#recording = path.path === null ? null : this.#open(path.path, options);
  }

  override sink(kind: MediaKind): RtpSink | null {
    return this.#recording?.sinks[kind] ?? null;
  }

  /** Records as soon as media flows, or continues after a pause; failures are sent as the event `Error`. */
  record(): void {
    if (this.#stopping !== null || this.state === 'START') return;
    this.#asked = true;
    const mismatch = this.#mismatch();
    if (this.#recording === null) {
      this.#fail({ errorCode: 6, type: 'RESOURCE_ERROR_OPEN', description: this.#addressFault ?? '' });
    } else if (mismatch !== null) {
      this.reportMismatch(mismatch);
    } else {
      this.#recording.record();
    }
  }

  /** Media that cannot be recorded ends the recording: a file that waits for it or omits it would be misleading. */
  override reportMismatch(description: string): void {
    super.reportMismatch(description);
    if (this.#asked && this.#mismatch() !== null) this.stop();
  }

  pause(): void {
    if (this.#stopping !== null || this.state === 'PAUSE') return;
    this.#recording?.pause();
    this.enter('PAUSE', 'Paused');
  }

  stop(): void {
    this.#finish().catch((error: unknown) => this.#reportStopFault(error));
  }

  /** Resolves when the file is complete, or earlier if that takes too long for a reply. */
  async stopAndWait(): Promise<void> {
    await settlesWithin(replyTimeoutMs, this.#finish());
  }

  protected override async onRelease(): Promise<void> {
    const finished = this.#finish();
    await super.onRelease();
    await finished;
  }

  /** Why the connected media cannot be recorded, as a sentence; null when it can, or when that is not known yet. */
  #mismatch(): string | null {
    for (const type of mediaTypes) {
      const source = this.graph.sourceOf(this, type);
      const mismatch = source === null ? null : this.graph.mismatch(source, this, type);
      if (mismatch !== null) return mismatch;
    }
    return null;
  }

  /** Ends the recording for good. One that was never requested ends without an event, as in the original. */
  #finish(): Promise<void> {
    if (this.#stopping !== null) return this.#stopping;
    if (!this.#asked) return Promise.resolve();
    const stopped = this.#recording?.stop() ?? Promise.resolve();
    this.#stopping = stopped.then(() => this.enter('STOP', 'Stopped'));
    return this.#stopping;
  }

  #open(path: string, { mediaProfile: profile, stopOnEndOfStream }: RecorderOptions): FileRecording {
    return openFileRecording({
      path,
      profile,
      listener: {
        started: () => {
          if (this.#stopping === null && this.state !== 'START') this.enter('START', 'Recording');
        },
        failed: (error) => this.#fail(error),
        ended: () => {
          if (stopOnEndOfStream) this.stop();
        },
      },
      log: this.context.log,
    });
  }

  #fail(error: RecordingError): void {
    this.emitError(error);
    this.stop();
  }

  #reportStopFault(error: unknown): void {
    this.context.log('error', 'A recording could not be finished', { objectId: this.id, error });
  }
}

function tryPath(uri: string, root: string): { path: string; fault: null } | { path: null; fault: string } {
  try {
    return { path: recordingPath(uri, root), fault: null };
  } catch (error) {
    return { path: null, fault: error instanceof Error ? error.message : String(error) };
  }
}

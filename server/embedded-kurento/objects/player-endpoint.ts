import { FaultReporter } from '../media/fault-reporter.ts';
import type { MediaKind } from '../media/media-types.ts';
import { readMediaAddress } from '../playing/byte-source.ts';
import { FileStream } from '../playing/file-stream.ts';
import { openMediaFile } from '../playing/media-file.ts';
import { Playback } from '../playing/playback.ts';
import { asFault, type PlayerFault } from '../playing/player-fault.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import { extendOperations, register } from './media-object.ts';
import type { MediaPipeline } from './media-pipeline.ts';
import { recordingPath, UriEndpoint } from './uri-endpoint.ts';

/** The constructor options of a player; times in milliseconds. */
export type PlayerOptions = {
  uri: string;
  /** How far a remote file is read ahead. */
  networkCache: number;
};

/** Timeout for reading a file, in milliseconds; shorter than a client waits for a reply. */
const fileTimeoutMs = 10_000;
/** How far a local file is read ahead, in milliseconds. */
const localAheadMs = 500;

type Opening = { readonly controller: AbortController; readonly done: Promise<void> };

/** Plays a file into the pipeline as it is: nothing is decoded. */
export class PlayerEndpoint extends UriEndpoint {
  static override readonly operations = extendOperations<PlayerEndpoint>(super.operations, {
    play: (self) => self.play(),
    getPosition: (self) => self.position,
    setPosition: (self, args) => self.seek(args.number('position')),
    getVideoInfo: (self) => self.videoInfo(),
    // There is no GStreamer here; tools that ask for its graph get an empty one.
    getElementGstreamerDot: () => 'digraph pipeline {}\n',
  });

  readonly #options: PlayerOptions;
  readonly #streams: Readonly<Record<MediaKind, FileStream>>;
  #opening: Opening | null = null;
  #playback: Playback | null = null;
  /** Faults of this file that were already reported; both of its tracks may run into the same one. */
  readonly #reported = new Set<string>();

  constructor(pipeline: MediaPipeline, options: PlayerOptions) {
    super(pipeline, 'PlayerEndpoint', options.uri);
    this.#options = options;
    const faults = new FaultReporter(this.context.log, 'A consumer of a player failed');
    const failed = (error: unknown) => faults.report(error, { objectId: this.id });
    this.#streams = { audio: new FileStream('audio', failed), video: new FileStream('video', failed) };
  }

  override source(kind: MediaKind): FileStream {
    return this.#streams[kind];
  }

  /** Plays, continues after a pause, or plays again after the end; failures are sent as the event `Error`. */
  play(): void {
    if (this.state !== 'START') this.enter('START');
    if (this.#playback?.isOver) this.#close();
    if (this.#playback === null) this.#open();
    else this.#playback.play();
  }

  pause(): void {
    if (this.state === 'PAUSE') return;
    this.enter('PAUSE');
    if (this.#playback === null) this.#open();
    else this.#playback.pause();
  }

  stop(): void {
    if (this.state === 'STOP') return;
    this.#close();
    this.enter('STOP');
  }

  /** In milliseconds. */
  get position(): number {
    return Math.round(this.#playback?.positionMs ?? 0);
  }

  /** @throws KurentoError 40700 while nothing is open, and for files that are not seekable */
  async seek(position: number): Promise<void> {
    await this.#opening?.done;
    const playback = this.#playback;
    if (playback === null || !playback.file.isSeekable || position < 0) throw new KurentoError(40700, 'Seek fails');
    try {
      await playback.seek(position);
    } catch (error) {
      this.context.log('warn', 'A player could not seek', { objectId: this.id, error });
      throw new KurentoError(40700, 'Seek fails');
    }
  }

  /** The properties of the file, once it is open. */
  async videoInfo(): Promise<JsonObject> {
    await this.#opening?.done;
    const file = this.#playback?.file;
    const isSeekable = file?.isSeekable ?? false;
    const duration = file?.durationMs ?? 0;
    return register('VideoInfo', { isSeekable, seekableInit: 0, seekableEnd: isSeekable ? duration : 0, duration });
  }

  protected override async onRelease(): Promise<void> {
    this.#close();
    await super.onRelease();
  }

  #open(): void {
    if (this.#opening !== null) return;
    const controller = new AbortController();
    const done = this.#openFile(controller.signal)
      .catch((error: unknown) => {
        if (!controller.signal.aborted) this.#notify(asFault(error, this.uri));
      })
      .finally(() => {
        if (this.#opening?.controller === controller) this.#opening = null;
      });
    this.#opening = { controller, done };
  }

  async #openFile(signal: AbortSignal): Promise<void> {
    const { uri } = this;
    const address = readMediaAddress(uri, (given) => recordingPath(given, this.context.recordingsRoot));
    const tell = (fault: PlayerFault): void => {
      if (!signal.aborted) this.#notify(fault);
    };
    const file = await openMediaFile(address, { uri, timeoutMs: fileTimeoutMs, signal, onFault: tell });
    if (signal.aborted) {
      file.close();
      return;
    }
    for (const { kind, codec } of file.leftOut) this.#reportLeftOut(kind, codec);
    this.#playback = new Playback(file, this.#streams, {
      uri,
      aheadMs: address.kind === 'url' ? this.#options.networkCache : localAheadMs,
      timeoutMs: fileTimeoutMs,
      listener: { failed: tell, ended: () => this.#ended(file.tracks.map(({ kind }) => kind)) },
    });
    // The file's codecs are known now, and may not suit the connected sinks.
    this.graph.changed(this);
    if (this.state === 'START') this.#playback.play();
  }

  #ended(kinds: readonly MediaKind[]): void {
    for (const kind of kinds) this.#streams[kind].end();
    this.emit('EndOfStream');
  }

  /** Closes the file, or cancels opening it. */
  #close(): void {
    this.#opening?.controller.abort();
    this.#opening = null;
    this.#playback?.close();
    this.#playback = null;
    this.#reported.clear();
    for (const stream of Object.values(this.#streams)) stream.forget();
  }

  #notify({ report }: PlayerFault): void {
    if (this.#reported.has(report.description)) return;
    this.#reported.add(report.description);
    this.emitError(report);
  }

  #reportLeftOut(kind: MediaKind, codec: string): void {
    const description = `The ${kind} of '${this.uri}' is left out: it is ${codec}, which no peer takes as it is, and nothing is transcoded here.`;
    this.emitError({ errorCode: 40005, type: 'UNSUPPORTED_MEDIA_TYPE', description });
  }
}

import { rm, stat, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../lib/errors.ts';
import type { Recording } from '../../lib/recording.ts';
import { RecordingError, type RecordingProblem } from '../../lib/recording-problems.ts';
import type { NewRecording, RecordingStore } from '../broadcast/recording-store.ts';
import type { Logger } from '../logger.ts';
import { isForeignMatroska } from './media-file.ts';
import { RecordingFinisher } from './recording-finisher.ts';
import { isUnfinished, type Manifest, ManifestStore, toRecording } from './recording-manifest.ts';
import { type ExpectedCodecs, expectRecording, isPartName, nextPartName } from './recording-parts.ts';
import { createRecordingId, fileSize, isOwnFile, makeRecordingFolder, prepareFolder } from './recordings-folder.ts';
import { SerialQueues } from './serial-queues.ts';

/**
 * The recordings in a folder of this machine: one folder each, with a manifest and media files. recording-store.ts
 * describes how a broadcast adds to them.
 */
export class RecordingLibrary implements RecordingStore {
  readonly #baseUri: string;
  readonly #logger: Logger;
  readonly #store: ManifestStore;
  readonly #finisher: RecordingFinisher;
  /** The recordings that a broadcast of an earlier run may still resume. */
  readonly #held: Set<string>;
  /** The recordings that an earlier run left behind and that wait for repair. */
  readonly #orphans = new Set<string>();
  /** Changes of a recording, in turn: none sees another half done. Finishing is not queued, but waits for them. */
  readonly #changes = new SerialQueues();
  #repairs: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(folder: string, baseUri: string, held: ReadonlySet<string>, logger: Logger) {
    this.#baseUri = baseUri;
    this.#logger = logger;
    this.#store = new ManifestStore(folder, logger);
    this.#finisher = new RecordingFinisher(this.#store, logger);
    this.#held = new Set(held);
  }

  /**
   * Opens the library of the recordings in `folder`, which is created if it is missing, and repairs in the background
   * what an earlier run left unfinished. The ids in `held` are excepted: they wait for `addPart`, `finish` or `fail`.
   * `mediaServerUri` is the `file://` URI of that folder as the media server sees it.
   * @throws Error with one sentence, when the folder cannot be made or written
   */
  static async open(options: {
    folder: string;
    mediaServerUri?: string | undefined;
    held?: ReadonlySet<string> | undefined;
    logger: Logger;
  }): Promise<RecordingLibrary> {
    const folder = await prepareFolder(resolve(options.folder));
    const baseUri = (options.mediaServerUri ?? pathToFileURL(folder).href).replace(/\/+$/, '');
    if (!baseUri.startsWith('file:///'))
      throw new Error(`The media server's URI of the recordings folder, ${baseUri}, must begin with file:///.`);
    const library = new RecordingLibrary(folder, baseUri, options.held ?? new Set(), options.logger);
    await library.#load();
    return library;
  }

  async create(recording: NewRecording): Promise<{ id: string; uri: string }> {
    const { channel, title, startedAt, codecs } = recording;
    const id = createRecordingId(channel, startedAt);
    const { part, file, contentType } = expectRecording(codecs);
    await this.#begin({
      ...{ version: 1, file, parts: [part], kept: [], obsolete: [], renaming: null, note: null },
      ...{ id, channel, title, startedAt, durationMs: null, sizeBytes: 0, codecs: [], contentType },
      ...{ state: 'recording', failure: null },
    });
    return { id, uri: this.#uriOf(id, part) };
  }

  addPart(id: string, codecs?: ExpectedCodecs): Promise<{ uri: string }> {
    this.#claim(id);
    return this.#changes.run(id, () => this.#addPart(id, codecs));
  }

  async #addPart(id: string, codecs?: ExpectedCodecs): Promise<{ uri: string }> {
    await this.#finisher.underWay(id);
    const manifest = this.#find(id);
    const part = await nextPartName(this.#store.pathOf(id), manifest, codecs).catch((cause: unknown) => {
      throw new RecordingError('diskRefused', { cause });
    });
    const isWhole = manifest.state === 'ready' && manifest.parts.length === 0;
    const earlier = isWhole ? [manifest.file] : manifest.parts;
    const reopened = { ...manifest, durationMs: null, failure: null, note: null };
    await this.#begin({ ...reopened, parts: [...earlier, part], state: 'recording' });
    return { uri: this.#uriOf(id, part) };
  }

  async finish(id: string): Promise<Recording> {
    this.#find(id);
    const wasLeftBehind = this.#claim(id);
    if (this.#changes.has(id)) await this.#changes.over(id);
    const manifest = this.#find(id);
    const underWay = this.#finisher.underWay(id);
    if (underWay !== undefined) return underWay;
    if (!isUnfinished(manifest)) return toRecording(manifest);
    // The last part's recorder has stopped, and files that were finished before have none. Whether the others have one
    // is unknown.
    const earlier = manifest.parts.slice(0, -1).filter(isPartName);
    const unsettled = wasLeftBehind ? manifest.parts : earlier;
    return this.#finisher.finish(manifest, { problem: null, unsettled });
  }

  async fail(id: string, problem: RecordingProblem): Promise<void> {
    this.#claim(id);
    await this.#changes.over(id);
    const manifest = this.#store.get(id);
    if (manifest === undefined || !isUnfinished(manifest)) return;
    await (this.#finisher.underWay(id) ?? this.#finisher.finish(manifest, { problem, unsettled: manifest.parts }));
  }

  retitle(id: string, title: string): Promise<void> {
    return this.#changes.run(id, async () => {
      await this.#finisher.underWay(id);
      await this.#store.put({ ...this.#find(id), title });
    });
  }

  async measure(id: string): Promise<{ sizeBytes: number; joinBytes: number; writtenAt: number | null }> {
    const { parts, file } = this.#find(id);
    const folder = this.#store.pathOf(id);
    const names = parts.length === 0 ? [file] : parts;
    const found = (await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)))).filter(
      (stats) => stats !== null,
    );
    const sizeBytes = found.reduce((sum, { size }) => sum + size, 0);
    const writtenAt = found.length === 0 ? null : Math.max(...found.map(({ mtimeMs }) => mtimeMs));
    // A single part is only renamed, unless it needs another container or comes from another muxer.
    const isRemade =
      found.length > 1 ||
      parts.some((part) => part.endsWith('.mkv')) ||
      (parts[0] !== undefined && (await isForeignMatroska(join(folder, parts[0]))));
    return { sizeBytes, joinBytes: isRemade ? sizeBytes : 0, writtenAt };
  }

  async partSize(id: string): Promise<number | null> {
    const { file, parts } = this.#find(id);
    return (await stat(join(this.#store.pathOf(id), parts.at(-1) ?? file)).catch(() => null))?.size ?? null;
  }

  async space(): Promise<{ freeBytes: number }> {
    const { bavail, bsize } = await statfs(this.#store.folder);
    return { freeBytes: bavail * bsize };
  }

  /** All recordings, newest first; those under way have their current sizes. */
  async list(): Promise<Recording[]> {
    const recordings = await Promise.all(this.#store.all().map((manifest) => this.#current(manifest)));
    return recordings.sort((a, b) => b.startedAt - a.startedAt || b.id.localeCompare(a.id));
  }

  /** @throws AppError `recording-not-found` */
  async get(id: string): Promise<Recording> {
    return this.#current(this.#find(id));
  }

  /**
   * The path of a recording's file on this machine.
   * @throws AppError `recording-not-found` when there is nothing to watch, `recording-in-use` until it is ready
   */
  async locate(id: string): Promise<{ recording: Recording; folder: string; file: string }> {
    const manifest = this.#find(id);
    if (isUnfinished(manifest))
      throw new AppError('recording-in-use', 'This recording is not complete yet. Please try again in a moment.');
    const folder = this.#store.pathOf(id);
    const isWatchable = manifest.state === 'ready' && (await isOwnFile(folder, manifest.file));
    if (!isWatchable) throw new AppError('recording-not-found', 'There is nothing to watch in this recording.');
    return { recording: toRecording(manifest), folder, file: manifest.file };
  }

  /** Deletes a recording with its file. @throws AppError `recording-not-found`, `recording-in-use` */
  async remove(id: string): Promise<void> {
    // Fails immediately, rather than only after the changes under way.
    this.#findIdle(id);
    await this.#changes.run(id, () => this.#remove(id));
  }

  async #remove(id: string): Promise<void> {
    const manifest = this.#findIdle(id);
    this.#claim(id);
    this.#store.forget(id);
    const folder = this.#store.pathOf(id);
    try {
      // The manifest goes last: if this is interrupted, the rest is still listed and can be deleted.
      for (const file of [...manifest.obsolete, ...manifest.kept, ...manifest.parts, manifest.file])
        await rm(join(folder, file), { force: true });
      await rm(folder, { recursive: true, force: true });
    } catch (cause) {
      this.#store.note(manifest);
      const message = 'The recording could not be deleted, because the server’s disk refused.';
      throw new AppError('internal', message, { cause });
    }
    this.#logger.info({ recordingId: id }, 'A recording was deleted');
  }

  /** Leaves long repairs for the next start. May be called twice. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([this.#finisher.close(), this.#repairs]);
  }

  async #load(): Promise<void> {
    await this.#store.load();
    for (const manifest of this.#store.all()) {
      if (this.#held.has(manifest.id)) continue;
      if (isUnfinished(manifest)) this.#store.note({ ...manifest, state: 'finishing' });
      const isLeftBehind = isUnfinished(manifest) || manifest.parts.length > 0 || manifest.obsolete.length > 0;
      if (isLeftBehind) this.#orphans.add(manifest.id);
    }
    for (const id of this.#orphans) void this.#queueRepair(id);
    for (const { id, state, parts } of this.#store.all()) {
      if (state === 'ready' && parts.length === 0 && !this.#held.has(id)) void this.#queueRemux(id);
    }
  }

  /** Earlier versions finished a foreign muxer's file unchanged, and some of those files do not play. */
  #queueRemux(id: string): Promise<void> {
    this.#repairs = this.#repairs.then(async () => {
      const manifest = this.#store.get(id);
      if (manifest?.state !== 'ready' || manifest.parts.length > 0 || this.#isClosed) return;
      if (!(await isForeignMatroska(join(this.#store.pathOf(id), manifest.file)))) return;
      await this.#changes.over(id);
      // The recording may have been deleted or resumed meanwhile.
      if (this.#isClosed || this.#store.get(id) !== manifest || this.#finisher.underWay(id) !== undefined) return;
      this.#logger.info(
        { recordingId: id },
        'A recording of another muxer is being copied, so that it plays and seeks',
      );
      await this.#finisher.finish({ ...manifest, parts: [manifest.file] }, { problem: null, unsettled: [] });
    });
    return this.#repairs;
  }

  /** Repairs run one after the other, so that a start with many of them leaves disk bandwidth to the shows. */
  #queueRepair(id: string): Promise<void> {
    this.#repairs = this.#repairs.then(() => this.#repair(id));
    return this.#repairs;
  }

  async #repair(id: string): Promise<void> {
    await this.#changes.over(id);
    const manifest = this.#store.get(id);
    // The recording may have been resumed or deleted meanwhile.
    if (!this.#orphans.delete(id) || manifest === undefined || this.#isClosed) return;
    if (!isUnfinished(manifest) && manifest.parts.length === 0) {
      await this.#finisher.sweep(manifest);
      return;
    }
    this.#logger.info({ recordingId: id }, 'A recording of an earlier run is being finished');
    await this.#finisher.finish(manifest, { problem: null, unsettled: manifest.parts });
  }

  /** Removes a recording from those left behind; returns `true` if it was among them. */
  #claim(id: string): boolean {
    const wasHeld = this.#held.delete(id);
    return this.#orphans.delete(id) || wasHeld;
  }

  /** Creates the folder and writes the manifest of a recording that begins or is resumed. */
  async #begin(manifest: Manifest): Promise<void> {
    try {
      await makeRecordingFolder(this.#store.pathOf(manifest.id));
      await this.#store.put(manifest);
    } catch (cause) {
      throw new RecordingError('diskRefused', { cause });
    }
  }

  async #current(manifest: Manifest): Promise<Recording> {
    if (!isUnfinished(manifest)) return toRecording(manifest);
    const folder = this.#store.pathOf(manifest.id);
    const sizes = await Promise.all(manifest.parts.map((part) => fileSize(join(folder, part)).catch(() => 0)));
    return { ...toRecording(manifest), sizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
  }

  #find(id: string): Manifest {
    const manifest = this.#store.get(id);
    if (manifest === undefined)
      throw new AppError('recording-not-found', 'There is no such recording; it may have been deleted.');
    return manifest;
  }

  /** Finds a recording that is neither being written nor being finished. */
  #findIdle(id: string): Manifest {
    const manifest = this.#find(id);
    if (isUnfinished(manifest) || this.#finisher.underWay(id) !== undefined)
      throw new AppError('recording-in-use', 'This recording is still being written. Please delete it afterwards.');
    return manifest;
  }

  #uriOf(id: string, file: string): string {
    return `${this.#baseUri}/${id}/${file}`;
  }
}

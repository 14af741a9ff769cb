import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../lib/errors.ts';
import type { Recording } from '../../lib/recording.ts';
import type { Logger } from '../logger.ts';
import { inspectMedia, type MediaFacts, makeSeekable } from './media-file.ts';
import { createRecordingId, isRecordingId } from './recording-id.ts';
import type { NewRecording, RecordingLibrary } from './recording-library.ts';
import { type Manifest, readManifest, writeManifest } from './recording-manifest.ts';
import { fileSize, isOwnFile, prepareFolder } from './recordings-folder.ts';

/**
 * A file of an earlier run that was written to this recently may still be: a Kurento server goes on for minutes
 * after its client died. In milliseconds.
 */
const quietMs = 5000;
const nothingCame = 'Nothing was recorded, because neither sound nor picture reached the media server.';
const notPlayable = 'What was recorded cannot be played, because it broke off before the first picture was complete.';
const notReadable = 'The server could not read what was recorded. Its operator finds the reason in the log.';

/** The recordings in a folder of this machine: one folder each, with a manifest and a media file. */
export class DiskRecordingLibrary implements RecordingLibrary {
  readonly #folder: string;
  readonly #baseUri: string;
  readonly #logger: Logger;
  readonly #manifests = new Map<string, Manifest>();
  readonly #finishing = new Map<string, Promise<Recording>>();
  readonly #closing = new AbortController();
  #repairs: Promise<void> = Promise.resolve();

  private constructor(folder: string, baseUri: string, logger: Logger) {
    this.#folder = folder;
    this.#baseUri = baseUri;
    this.#logger = logger;
  }

  /** @throws Error one sentence, when the folder cannot be made or written */
  static async open(options: {
    folder: string;
    mediaServerUri?: string | undefined;
    logger: Logger;
  }): Promise<DiskRecordingLibrary> {
    const folder = await prepareFolder(resolve(options.folder));
    const baseUri = (options.mediaServerUri ?? pathToFileURL(folder).href).replace(/\/+$/, '');
    if (!baseUri.startsWith('file:///'))
      throw new Error(`The media server's address of the recordings, ${baseUri}, has to begin with file:///.`);
    const library = new DiskRecordingLibrary(folder, baseUri, options.logger);
    await library.#load();
    return library;
  }

  async create(recording: NewRecording): Promise<{ id: string; uri: string }> {
    const { channel, title, startedAt, kinds } = recording;
    const id = createRecordingId(channel, startedAt);
    const manifest: Manifest = {
      version: 1,
      file: 'media.webm',
      id,
      channel,
      title,
      startedAt,
      durationMs: null,
      sizeBytes: 0,
      codecs: [],
      contentType: kinds.includes('video') ? 'video/webm' : 'audio/webm',
      state: 'recording',
      failure: null,
    };
    try {
      await mkdir(this.#pathOf(id));
      // A media server that runs as another user may write here exactly if it may write into the folder above.
      await chmod(this.#pathOf(id), (await stat(this.#folder)).mode & 0o7777);
      await this.#store(manifest);
    } catch (cause) {
      const message =
        'The recording could not be started, because the server’s disk refused. Please tell its operator.';
      throw new AppError('recording-failed', message, { cause });
    }
    return { id, uri: `${this.#baseUri}/${id}/${manifest.file}` };
  }

  async finish(id: string): Promise<Recording> {
    const manifest = this.#find(id);
    const underWay = this.#finishing.get(id);
    if (underWay !== undefined) return underWay;
    if (manifest.state === 'ready' || manifest.state === 'failed') return toRecording(manifest);
    return this.#finish(manifest, { sentence: null, isAbandoned: false });
  }

  async fail(id: string, sentence: string): Promise<void> {
    const manifest = this.#manifests.get(id);
    if (manifest === undefined || manifest.state === 'ready' || manifest.state === 'failed') return;
    await (this.#finishing.get(id) ?? this.#finish(manifest, { sentence, isAbandoned: true }));
  }

  async list(): Promise<Recording[]> {
    const recordings = await Promise.all([...this.#manifests.values()].map((manifest) => this.#current(manifest)));
    return recordings.sort((a, b) => b.startedAt - a.startedAt || b.id.localeCompare(a.id));
  }

  async get(id: string): Promise<Recording> {
    return this.#current(this.#find(id));
  }

  async locate(id: string): Promise<{ recording: Recording; folder: string; file: string }> {
    const manifest = this.#find(id);
    if (manifest.state === 'recording' || manifest.state === 'finishing') {
      throw new AppError('recording-in-use', 'This recording is not complete yet. Please try again in a moment.');
    }
    const folder = this.#pathOf(id);
    const isWatchable = manifest.state === 'ready' && (await isOwnFile(folder, manifest.file));
    if (!isWatchable) throw new AppError('recording-not-found', 'There is nothing to watch in this recording.');
    return { recording: toRecording(manifest), folder, file: manifest.file };
  }

  async remove(id: string): Promise<void> {
    const manifest = this.#find(id);
    if (manifest.state === 'recording' || manifest.state === 'finishing') {
      throw new AppError('recording-in-use', 'This recording is still being written. Please delete it afterwards.');
    }
    this.#manifests.delete(id);
    try {
      // The manifest goes last: if this is cut short, the rest can still be seen and deleted.
      await rm(join(this.#pathOf(id), manifest.file), { force: true });
      await rm(this.#pathOf(id), { recursive: true, force: true });
    } catch (cause) {
      this.#manifests.set(id, manifest);
      throw new AppError('internal', 'The recording could not be deleted, because the server’s disk refused.', {
        cause,
      });
    }
    this.#logger.info({ recording: id }, 'A recording was deleted.');
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([this.#repairs, ...this.#finishing.values()]);
  }

  async #load(): Promise<void> {
    const orphans: Manifest[] = [];
    for (const entry of await readdir(this.#folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      if (!entry.isDirectory() || !isRecordingId(entry.name)) {
        this.#logger.debug(
          { name: entry.name },
          'Something in the recordings folder is no recording; it is left alone.',
        );
        continue;
      }
      try {
        const manifest = await readManifest(this.#pathOf(entry.name), entry.name);
        const isOrphan = manifest.state === 'recording' || manifest.state === 'finishing';
        const known: Manifest = isOrphan ? { ...manifest, state: 'finishing' } : manifest;
        this.#manifests.set(known.id, known);
        if (isOrphan) orphans.push(known);
      } catch (error) {
        this.#logger.warn(
          { err: error, recording: entry.name },
          'A recording’s manifest cannot be read; it is left alone.',
        );
      }
    }
    // One after the other, so that a start with many of them leaves the disk to the shows.
    for (const orphan of orphans) {
      this.#repairs = this.#repairs.then(() => this.#repair(orphan));
    }
  }

  async #repair(orphan: Manifest): Promise<void> {
    this.#logger.info({ recording: orphan.id }, 'A recording of an earlier run is being finished.');
    await this.#finish(orphan, { sentence: null, isAbandoned: true });
  }

  /** An abandoned file may have a writer still, and is not touched before it is quiet. */
  #finish(manifest: Manifest, how: { sentence: string | null; isAbandoned: boolean }): Promise<Recording> {
    const measure = async (): Promise<Recording> => {
      if (how.isAbandoned) await this.#untilQuiet(manifest);
      return this.#measure(manifest, how.sentence);
    };
    const finishing = measure().finally(() => this.#finishing.delete(manifest.id));
    this.#finishing.set(manifest.id, finishing);
    return finishing;
  }

  async #untilQuiet(manifest: Manifest): Promise<void> {
    this.#manifests.set(manifest.id, { ...manifest, state: 'finishing' });
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const written = await stat(join(this.#pathOf(manifest.id), manifest.file)).catch(() => null);
      const waitMs = written === null || written.size === 0 ? 0 : written.mtimeMs + quietMs - Date.now();
      // A time in the future is a wrong clock and says nothing.
      if (waitMs <= 0 || waitMs > quietMs) return;
      await delay(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  async #measure(manifest: Manifest, sentence: string | null): Promise<Recording> {
    const underWay: Manifest = { ...manifest, state: 'finishing' };
    await this.#store(underWay);
    // Closing: the next start takes it up again.
    if (this.#closing.signal.aborted) return toRecording(underWay);
    const path = join(this.#pathOf(manifest.id), manifest.file);
    const sizeBytes = await fileSize(path);
    let done: Manifest;
    try {
      const facts = sizeBytes === 0 ? null : await this.#makeWatchable(manifest.id, path);
      done =
        facts === null
          ? {
              ...underWay,
              state: 'failed',
              sizeBytes,
              failure: sentence ?? (sizeBytes === 0 ? nothingCame : notPlayable),
            }
          : { ...underWay, ...pick(facts), state: 'ready' };
    } catch (error) {
      if (this.#closing.signal.aborted) return toRecording(underWay);
      this.#logger.error({ err: error, recording: manifest.id }, 'A recording’s file cannot be read.');
      done = { ...underWay, state: 'failed', sizeBytes, failure: notReadable };
    }
    await this.#store(done);
    const { state, durationMs, failure } = done;
    this.#logger.info({ recording: done.id, state, durationMs, failure }, 'A recording is finished.');
    return toRecording(done);
  }

  /** What is in the file, once players can jump in it; `null` when there is nothing. A failed repair leaves it be. */
  async #makeWatchable(id: string, path: string): Promise<MediaFacts | null> {
    const facts = await inspectMedia(path);
    if (facts === null || facts.isSeekable) return facts;
    try {
      await makeSeekable(path, this.#closing.signal);
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      this.#logger.warn({ err: error, recording: id }, 'A recording could not be made seekable; it is kept as it is.');
    }
    return inspectMedia(path);
  }

  async #store(manifest: Manifest): Promise<void> {
    this.#manifests.set(manifest.id, manifest);
    try {
      await writeManifest(this.#pathOf(manifest.id), manifest);
    } catch (error) {
      // The recording goes on without: what it is now is known here, and the next start finds it an orphan.
      if (manifest.state === 'recording') {
        this.#manifests.delete(manifest.id);
        throw error;
      }
      this.#logger.error({ err: error, recording: manifest.id }, 'A recording’s manifest could not be written.');
    }
  }

  async #current(manifest: Manifest): Promise<Recording> {
    if (manifest.state !== 'recording' && manifest.state !== 'finishing') return toRecording(manifest);
    const sizeBytes = await fileSize(join(this.#pathOf(manifest.id), manifest.file));
    return { ...toRecording(manifest), sizeBytes };
  }

  #find(id: string): Manifest {
    const manifest = this.#manifests.get(id);
    if (manifest === undefined)
      throw new AppError('recording-not-found', 'There is no such recording; it may have been deleted.');
    return manifest;
  }

  #pathOf(id: string): string {
    return join(this.#folder, id);
  }
}

function toRecording(manifest: Manifest): Recording {
  const { version: _version, file: _file, ...recording } = manifest;
  return recording;
}

function pick({ durationMs, sizeBytes, codecs, contentType }: MediaFacts): Omit<MediaFacts, 'isSeekable'> {
  return { durationMs, sizeBytes, codecs, contentType };
}

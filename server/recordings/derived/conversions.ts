import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../lib/errors.ts';
import type { Conversion } from '../../../lib/recording-details.ts';
import type { Logger } from '../../logger.ts';
import type { LocatedRecording } from '../recording-manifest.ts';
import { freeSpace } from '../recording-measures.ts';
import { noSuchForm } from './download-forms.ts';
import { canEncodeMp4, encodeMp4 } from './mp4-encoding.ts';

/** The finished file, and the beginning of the names of those that are being written. */
const [madeFile, growingStart] = ['converted.mp4', 'converting-'];
/** FFmpeg writes all the time; a file that has not grown for so long was left behind. In milliseconds. */
const leftBehindMs = 300_000;
/** How long a finished file is kept, in milliseconds. */
const keptMs = 24 * 3_600_000;
const mostWaiting = 10;
/** What a conversion leaves free on the disk for shows that are being recorded, in bytes. */
const reservedBytes = 1_000_000_000;

type Job = { done: number | null; readonly cancel: AbortController; over: Promise<void> };

/**
 * Encodes recordings as MP4 with H.264 and AAC, one after the other. What was made stays beside the recording for a
 * day.
 */
export class Conversions {
  readonly #command: string | null;
  readonly #logger: Logger;
  readonly #jobs = new Map<string, Job>();
  /** Those that failed, until they are tried again. */
  readonly #failed = new Set<string>();
  #last: Promise<void> = Promise.resolve();
  #canEncode: Promise<boolean> | undefined;

  /** @param command the name or the path of FFmpeg; `null` for none */
  constructor(command: string | null, logger: Logger) {
    this.#command = command;
    this.#logger = logger;
  }

  /** How far the conversion of a recording is; `null` if it cannot be converted, or is such a file already. */
  async state(located: LocatedRecording): Promise<Conversion | null> {
    const { id, contentType, codecs } = located.recording;
    const job = this.#jobs.get(id);
    if (job !== undefined) return job.done === null ? { state: 'waiting' } : { state: 'making', done: job.done };
    if (!located.isOnDisk || !contentType.startsWith('video/')) return null;
    if (contentType === 'video/mp4' && !codecs.includes('opus')) return null;
    const sizeBytes = await madeSize(located);
    if (sizeBytes !== null) return { state: 'made', sizeBytes };
    const growing = await growingFiles(located.folder);
    if (growing.some(({ isLeftBehind }) => !isLeftBehind)) return { state: 'making', done: null };
    if (this.#command === null) return null;
    this.#canEncode ??= canEncodeMp4(this.#command);
    if (!(await this.#canEncode)) return null;
    return { state: this.#failed.has(id) ? 'failed' : 'none' };
  }

  /**
   * Begins a conversion, unless it is under way or done.
   * @throws AppError `recording-not-found` if the recording cannot be converted, `too-many-requests`
   */
  async start(located: LocatedRecording): Promise<void> {
    const known = await this.state(located);
    if (known === null) throw noSuchForm();
    if (known.state !== 'none' && known.state !== 'failed') return;
    const { id } = located.recording;
    // Another request may have begun it meanwhile.
    if (this.#jobs.has(id)) return;
    if (this.#jobs.size > mostWaiting)
      throw new AppError('too-many-requests', 'Many recordings are being converted. Please try again later.');
    this.#failed.delete(id);
    const job: Job = { done: null, cancel: new AbortController(), over: Promise.resolve() };
    this.#jobs.set(id, job);
    job.over = this.#last.then(() => this.#run(located, job));
    this.#last = job.over;
  }

  /** Ends a conversion, or deletes what it made. */
  async cancel({ recording: { id }, folder }: LocatedRecording): Promise<void> {
    const job = this.#jobs.get(id);
    job?.cancel.abort();
    // One that waits has nothing to end.
    if (job?.done === null) this.#jobs.delete(id);
    else await job?.over;
    this.#failed.delete(id);
    await rm(join(folder, madeFile), { force: true });
  }

  /** The finished file. @throws AppError `recording-not-found` if there is none */
  async open(located: LocatedRecording): Promise<{ folder: string; file: string }> {
    if ((await madeSize(located)) === null) throw noSuchForm();
    return { folder: located.folder, file: madeFile };
  }

  /** Deletes what was made long ago, or of a file that has changed since, and what an earlier run left unfinished. */
  async tidy(located: LocatedRecording): Promise<void> {
    const { folder, recording } = located;
    if (this.#jobs.has(recording.id)) return;
    for (const { path, isLeftBehind } of await growingFiles(folder)) if (isLeftBehind) await rm(path, { force: true });
    const made = await stat(join(folder, madeFile)).catch(() => null);
    if (made === null) return;
    if (made.mtimeMs > Date.now() - keptMs && (await madeSize(located)) !== null) return;
    await rm(join(folder, madeFile), { force: true });
  }

  /** Ends what is under way. Never rejects. */
  async close(): Promise<void> {
    for (const { cancel } of this.#jobs.values()) cancel.abort();
    await this.#last;
  }

  /** Never rejects. */
  async #run(located: LocatedRecording, job: Job): Promise<void> {
    const { folder, recording } = located;
    const { id } = recording;
    // Several web servers may share the folder.
    const growing = join(folder, `${growingStart}${crypto.randomUUID().slice(0, 8)}.mp4`);
    try {
      job.cancel.signal.throwIfAborted();
      job.done = 0;
      await this.#encode(located, job, growing);
      await rename(growing, join(folder, madeFile));
      this.#logger.info({ recordingId: id }, 'A recording was converted to MP4');
    } catch (error) {
      await rm(growing, { force: true }).catch(() => undefined);
      if (job.cancel.signal.aborted) return;
      this.#failed.add(id);
      this.#logger.warn({ err: error, recordingId: id }, 'A recording could not be converted to MP4');
    } finally {
      if (this.#jobs.get(id) === job) this.#jobs.delete(id);
    }
  }

  async #encode({ recording, folder, file }: LocatedRecording, job: Job, growing: string): Promise<void> {
    const { freeBytes } = await freeSpace(folder);
    // The index is moved to the front by writing the file a second time.
    if (freeBytes < 2 * recording.sizeBytes + reservedBytes) throw new Error('The disk has too little space.');
    await encodeMp4({
      command: this.#command ?? '',
      source: join(folder, file),
      durationMs: recording.durationMs ?? 0,
      target: growing,
      progressed: (done) => {
        job.done = done;
      },
      signal: job.cancel.signal,
    });
  }
}

async function growingFiles(folder: string): Promise<{ path: string; isLeftBehind: boolean }[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(growingStart));
  const files = names.map(async (name) => {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    return { path, isLeftBehind: found === null || found.mtimeMs < Date.now() - leftBehindMs };
  });
  return await Promise.all(files);
}

/** The size of what was made of a recording as it is now, in bytes; `null` if there is nothing. */
async function madeSize({ folder, file }: LocatedRecording): Promise<number | null> {
  const [made, source] = await Promise.all([madeFile, file].map((name) => stat(join(folder, name)).catch(() => null)));
  return made != null && source != null && made.mtimeMs >= source.mtimeMs ? made.size : null;
}

import { join } from 'node:path';
import { pictureLimits, pictureWidths, posterTime, thumbnailTimes } from '../../../lib/thumbnail-times.ts';
import type { Logger } from '../../logger.ts';
import { inputArguments, quietArguments, runFfmpeg } from './ffmpeg.ts';
import { addStills, readStills, type StillSource } from './stills.ts';

/** How long one picture may take, in milliseconds. */
const pictureTimeoutMs = 20_000;
/** More than a picture ever has, in bytes: then it is no picture. */
const maxOutputBytes = 1_000_000;
/** How many recordings may wait for their pictures. */
const mostWaiting = 50;
/** JPEG qualities in the terms of FFmpeg, the best first. */
const qualities = [5, 9, 14, 20, 28];

/** Makes pictures of recordings with FFmpeg: one recording after the other, each picture in a process of its own. */
export class StillsMaker {
  readonly #command: string;
  readonly #logger: Logger;
  readonly #closing = new AbortController();
  readonly #wanted = new Map<string, Promise<void>>();
  /** What failed is not tried again before the next start. */
  readonly #failed = new Set<string>();
  #last: Promise<void> = Promise.resolve();
  #isMissing = false;

  /** @param command the name or the path of the program */
  constructor(command: string, logger: Logger) {
    this.#command = command;
    this.#logger = logger;
  }

  /**
   * Makes the pictures of a recording when its turn comes, unless that failed before. Does not wait for it.
   * @returns whether there will be pictures, as far as is known
   */
  want(id: string, source: StillSource, recording: { durationMs: number; hasPicture: boolean }): boolean {
    const name = `${id} ${source.file} ${source.sizeBytes}`;
    if (this.#wanted.has(name)) return true;
    if (!recording.hasPicture || this.#isMissing || this.#failed.has(name)) return false;
    if (this.#closing.signal.aborted || this.#wanted.size >= mostWaiting) return false;
    const made = this.#last.then(async () => {
      try {
        await this.#make(source, recording.durationMs);
      } catch (error) {
        this.#failed.add(name);
        if (this.#closing.signal.aborted) return;
        if (!this.#isMissing)
          this.#logger.warn({ err: error, recordingId: id }, 'Pictures of a recording could not be made');
      } finally {
        this.#wanted.delete(name);
      }
    });
    this.#wanted.set(name, made);
    this.#last = made;
    return true;
  }

  /** Ends the process that is under way, and resolves when it has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#last;
  }

  async #make(source: StillSource, durationMs: number): Promise<void> {
    this.#closing.signal.throwIfAborted();
    // A browser may have sent some meanwhile.
    if ((await readStills(source)) !== null) return;
    const pictures: { atMs: number; jpeg: Buffer }[] = [];
    for (const atMs of thumbnailTimes(durationMs)) {
      const jpeg = await this.#picture(source, atMs, `scale=${pictureWidths.thumbnail}:-2`, 9);
      if (jpeg.length > 0) pictures.push({ atMs, jpeg });
    }
    if (pictures.length === 0) throw new Error('FFmpeg finds no picture in the file.');
    await addStills(source, await this.#poster(source, durationMs), pictures);
  }

  async #poster(source: StillSource, durationMs: number): Promise<Buffer | null> {
    const atMs = posterTime(durationMs);
    for (const quality of qualities) {
      const jpeg = await this.#picture(source, atMs, `scale='min(${pictureWidths.poster},iw)':-2`, quality);
      if (jpeg.length > 0 && jpeg.length <= pictureLimits.poster) return jpeg;
    }
    return null;
  }

  /** One picture as JPEG; empty if there is none at this time. */
  async #picture({ folder, file }: StillSource, atMs: number, filter: string, quality: number): Promise<Buffer> {
    const output: Buffer[] = [];
    let size = 0;
    const read = (bytes: Buffer) => {
      size += bytes.length;
      output.push(bytes);
      return size <= maxOutputBytes;
    };
    const args = [
      ...[...quietArguments, '-threads', '1'],
      ...inputArguments(join(folder, file), ['-ss', (atMs / 1000).toFixed(3)]),
      ...['-an', '-sn', '-dn', '-frames:v', '1', '-vf', filter, '-threads', '1'],
      ...['-c:v', 'mjpeg', '-q:v', String(quality), '-f', 'image2pipe', 'pipe:1'],
    ];
    try {
      await runFfmpeg(this.#command, args, { read, silenceTimeoutMs: pictureTimeoutMs, signal: this.#closing.signal });
    } catch (error) {
      this.#isMissing ||= (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw error;
    }
    return Buffer.concat(output);
  }
}

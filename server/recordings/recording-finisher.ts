import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Recording } from '../../lib/recording.ts';
import type { RecordingProblem } from '../../lib/recording-problems.ts';
import type { Logger } from '../logger.ts';
import { withJoins } from './derived/chapters.ts';
import { finishedContainer, inspectMedia, type MediaInfo } from './media-file.ts';
import { joinMedia } from './media-join.ts';
import { type Manifest, type ManifestStore, toRecording } from './recording-manifest.ts';
import { extensionOf, isPartName, joinedName, type Part, type PlayablePart, planJoin } from './recording-parts.ts';
import { fileSize } from './recordings-folder.ts';

/**
 * A file that was written to this recently may still have a writer: a Kurento goes on for minutes after its client
 * died. In milliseconds.
 */
const quietMs = 5000;

/** The circumstances in which a recording ended. */
export type Ending = {
  /** The reason to report if there is nothing to watch; with `null`, it is determined from the files. */
  problem: RecordingProblem | null;
  /** The parts that may still have a writer, and are not touched until nothing is written to them. */
  unsettled: readonly string[];
};

/** A finished file, and where each part begins in it, in milliseconds. */
type Whole = { file: string; info: MediaInfo; startsMs: readonly number[] };

/** Makes one seekable file of a recording's parts. Whatever fails, nothing is lost. */
export class RecordingFinisher {
  readonly #store: ManifestStore;
  readonly #logger: Logger;
  readonly #underWay = new Map<string, Promise<Recording>>();
  readonly #closing = new AbortController();

  constructor(store: ManifestStore, logger: Logger) {
    this.#store = store;
    this.#logger = logger;
  }

  /** The pending result of finishing `id`, if it is under way. */
  underWay(id: string): Promise<Recording> | undefined {
    return this.#underWay.get(id);
  }

  /** Finishes a recording. If this finisher closes meanwhile, the next start finishes it. Never rejects. */
  finish(manifest: Manifest, ending: Ending): Promise<Recording> {
    // A recording that could be watched before stays so while its parts are tried again.
    if (manifest.state !== 'ready') this.#store.note({ ...manifest, state: 'finishing' });
    return this.#register(manifest.id, this.#finish(manifest, ending));
  }

  /** Deletes files whose media is already in the joined file. Never rejects. */
  sweep(manifest: Manifest): Promise<Recording> {
    const swept = this.#sweep(manifest).then(() => toRecording(this.#store.get(manifest.id) ?? manifest));
    return this.#register(manifest.id, swept);
  }

  /** Aborts long work; resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay.values());
  }

  #register(id: string, work: Promise<Recording>): Promise<Recording> {
    const registered = work.finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, registered);
    return registered;
  }

  async #sweep(manifest: Manifest): Promise<void> {
    const { id, obsolete, file, parts, kept } = manifest;
    if (obsolete.length === 0) return;
    const inUse = new Set([file, ...parts, ...kept]);
    try {
      for (const name of obsolete) {
        if (!inUse.has(name)) await rm(join(this.#store.pathOf(id), name), { force: true });
      }
      await this.#store.put({ ...manifest, obsolete: [] });
    } catch (error) {
      this.#logger.warn({ err: error, recordingId: id }, 'The parts of a joined recording could not be deleted');
    }
  }

  async #finish(manifest: Manifest, ending: Ending): Promise<Recording> {
    const { id } = manifest;
    await Promise.all(ending.unsettled.map((file) => this.#untilQuiet(join(this.#store.pathOf(id), file))));
    const underWay = (): Recording => toRecording(this.#store.get(id) ?? manifest);
    if (this.#closing.signal.aborted) return underWay();
    let done: Manifest;
    try {
      done = await this.#keep(manifest, ending.problem);
    } catch (error) {
      if (this.#closing.signal.aborted) return underWay();
      this.#logger.error({ err: error, recordingId: id }, 'A recording’s file cannot be read');
      // The parts are still listed, so the next start tries again.
      done = { ...manifest, state: 'failed', failure: 'notReadable' };
    }
    this.#store.note(done);
    try {
      await this.#store.put(done);
      await this.#sweep(done);
    } catch (error) {
      // Then nothing is deleted: the next start uses the manifest on disk, which lists the parts.
      this.#logger.error({ err: error, recordingId: id }, 'A recording’s manifest could not be written');
    }
    const { state, durationMs, failure, note } = done;
    this.#logger.info({ recordingId: id, state, durationMs, failure, note }, 'A recording is finished');
    return toRecording(done);
  }

  async #keep(manifest: Manifest, problem: RecordingProblem | null): Promise<Manifest> {
    const parts = await this.#look(manifest);
    const { run, rest } = planJoin(parts);
    const restFiles = rest.map(({ file }) => file);
    const settled: Manifest = {
      ...manifest,
      parts: [],
      kept: [...manifest.kept, ...restFiles],
      renaming: null,
      note: noteOn(restFiles),
    };
    const first = run[0];
    if (first === undefined) {
      const sizeBytes = rest.reduce((sum, part) => sum + part.sizeBytes, 0);
      const failure = problem ?? (sizeBytes === 0 ? 'nothingCame' : 'notPlayable');
      return { ...settled, state: 'failed', sizeBytes, failure };
    }
    const empty = parts.filter(({ sizeBytes }) => sizeBytes === 0).map(({ file }) => file);
    try {
      const whole = await this.#makeWhole(manifest, run);
      const joined = run.map(({ file }) => file).filter((file) => file !== whole.file);
      const obsolete = [...manifest.obsolete, ...joined, ...empty];
      const chapters = withJoins(manifest.chapters, whole.startsMs);
      return { ...settled, ...pick(whole.info), file: whole.file, obsolete, state: 'ready', failure: null, chapters };
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      this.#logger.warn(
        { err: error, recordingId: manifest.id },
        'A recording could not be made whole; nothing is lost',
      );
      const note = 'The parts of this recording could not be joined. The next start of the server tries again.';
      const unjoined = { ...manifest, parts: parts.map(({ file }) => file), renaming: null, note };
      return { ...unjoined, ...pick(first.info), file: first.file, state: 'ready', failure: null };
    }
  }

  /** One file that holds the parts of `run`. */
  async #makeWhole(manifest: Manifest, run: readonly PlayablePart[]): Promise<Whole> {
    const folder = this.#store.pathOf(manifest.id);
    const [only, ...others] = run;
    if (only === undefined || others.length > 0 || mustBeCopied(only.info)) {
      const sources = run.map((part) => ({ path: join(folder, part.file), info: part.info }));
      const container = finishedContainer(run.flatMap(({ info }) => info.codecs));
      const file = joinedName(manifest, container);
      const target = { path: join(folder, file), container };
      const { startsMs, ...info } = await joinMedia(sources, target, this.#closing.signal);
      return { file, info, startsMs };
    }
    if (!isPartName(only.file)) return { file: only.file, info: only.info, startsMs: [] };
    const file = joinedName(manifest, extensionOf(only.info.contentType));
    // If this is interrupted, the next start knows that the part has its new name and is not missing.
    await this.#store.put({ ...manifest, state: 'finishing', file, renaming: only.file });
    await rename(join(folder, only.file), join(folder, file));
    return { file, info: only.info, startsMs: [] };
  }

  async #look(manifest: Manifest): Promise<Part[]> {
    const folder = this.#store.pathOf(manifest.id);
    const parts: Part[] = [];
    for (const name of manifest.parts) {
      const isRenamed = manifest.renaming === name && (await fileSize(join(folder, name))) === 0;
      const file = isRenamed ? manifest.file : name;
      const sizeBytes = await fileSize(join(folder, file));
      parts.push({ file, sizeBytes, info: sizeBytes === 0 ? null : await inspectMedia(join(folder, file)) });
    }
    return parts;
  }

  async #untilQuiet(path: string): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const written = await stat(path).catch(() => null);
      const delayMs = written === null || written.size === 0 ? 0 : written.mtimeMs + quietMs - Date.now();
      // A time in the future means that a clock is wrong, and is ignored.
      if (delayMs <= 0 || delayMs > quietMs) return;
      await delay(delayMs, undefined, { signal }).catch(() => {});
    }
  }
}

/** Whether a single part must be copied, because it is not seekable or not in the desired container. */
function mustBeCopied({ isJoinable, isSeekable, codecs, contentType }: MediaInfo): boolean {
  return isJoinable && (!isSeekable || !contentType.endsWith(`/${finishedContainer(codecs)}`));
}

function pick({ durationMs, sizeBytes, codecs, contentType }: MediaInfo): Partial<Manifest> & { durationMs: number } {
  return { durationMs, sizeBytes, codecs, contentType };
}

function noteOn(rest: readonly string[]): string | null {
  if (rest.length === 0) return null;
  return `Kept but not joined, because of another codec or because they cannot be read: ${rest.join(', ')}.`;
}

import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Recording } from '../../lib/recording.ts';
import { isRecordingProblem, type RecordingProblem } from '../../lib/recording-problems.ts';
import { recordingSchema } from '../../lib/recording-schema.ts';
import type { Logger } from '../logger.ts';
import { replaceFile } from '../storage/durable-files.ts';
import { isRecordingId } from './recordings-folder.ts';

/**
 * The sentences that manifests held in the place of names until there were names. They are never changed: they stand
 * on disks.
 */
const sentences: ReadonlyMap<string, RecordingProblem> = new Map([
  ['Nothing was recorded, because neither sound nor picture reached the media server.', 'nothingCame'],
  ['What was recorded cannot be played, because it broke off before the first picture was complete.', 'notPlayable'],
  ['The server could not read what was recorded. Its operator finds the reason in the log.', 'notReadable'],
  [
    'The disk with the recordings is full. What was recorded is kept; to go on, please make room by deleting recordings that nobody needs.',
    'diskFull',
  ],
  [
    'The recording could not be written. Please see to it that the media server may write to the recordings folder and has room there.',
    'notWritable',
  ],
  ['The recording could not be started, because the server’s disk refused. Please tell its operator.', 'diskRefused'],
  ['The media server does not answer. Please try again in a moment.', 'mediaServerAway'],
  ['The media server was restarted. Please try again in a moment.', 'mediaServerAway'],
  ['The media server is full. Please try again later.', 'mediaServerAway'],
  ['The connection to the media server was lost. The broadcast can be started again in a moment.', 'mediaServerAway'],
]);

/** The problem that a manifest tells of, by name or in a former sentence; `unknown` if it is none of ours. */
function readProblem(text: string): RecordingProblem {
  return isRecordingProblem(text) ? text : (sentences.get(text) ?? 'unknown');
}

const fileName = z.string().regex(/^[a-z0-9-]{1,32}\.[a-z0-9]{1,8}$/);

/**
 * What stands beside a recording's files, so that the folder explains itself without any database. All files are
 * named by their names in the same folder.
 */
const manifestSchema = recordingSchema.extend({
  /** The form of this file; a later one is not touched by an earlier program. */
  version: z.literal(1),
  /** What is watched once the recording is `ready`; until then, where it will be. */
  file: fileName,
  /** What recorders write or wrote and is still to be joined, in order. Empty once that is done. */
  parts: z.array(fileName).default([]),
  /** What could not be joined, and is only kept. */
  kept: z.array(fileName).default([]),
  /** What is already in `file` and may be deleted. */
  obsolete: z.array(fileName).default([]),
  /** The part that is just being renamed to `file`. */
  renaming: fileName.nullable().default(null),
  /** A name out of `recordingProblems`, or a sentence of a former version; see {@link readProblem}. */
  failure: z.string().nullable(),
  /** A sentence for the operator about what could not be joined. */
  note: z.string().nullable().default(null),
});

/** A recording as it is kept on disk. */
export type Manifest = Omit<z.output<typeof manifestSchema>, 'failure'> & Pick<Recording, 'failure'>;

/** What of a manifest is for everybody. */
export function toRecording(manifest: Manifest): Recording {
  return recordingSchema.parse(manifest);
}

/** Whether a recorder may still write to it, or its parts are being joined. */
export function isUnfinished({ state }: Pick<Manifest, 'state'>): boolean {
  return state === 'recording' || state === 'finishing';
}

const manifestName = 'manifest.json';
const maxManifestBytes = 64 * 1024;

/**
 * Reads the manifest in `folder`.
 * @throws Error one sentence, when it is missing, broken, or of another recording than `id`
 */
export async function readManifest(folder: string, id: string): Promise<Manifest> {
  const path = join(folder, manifestName);
  const { size } = await lstat(path);
  if (size > maxManifestBytes) throw new Error('The manifest is too large to be one.');
  const manifest = understand(manifestSchema.parse(JSON.parse(await readFile(path, 'utf8'))));
  if (manifest.id !== id) throw new Error(`The manifest is of another recording, ${manifest.id}.`);
  // Before there were parts, the recorder wrote the file itself.
  return isUnfinished(manifest) && manifest.parts.length === 0 ? { ...manifest, parts: [manifest.file] } : manifest;
}

/** What a manifest says that any version wrote. Words that nobody understands are kept as a note. */
function understand({ failure, ...manifest }: z.output<typeof manifestSchema>): Manifest {
  if (failure === null) return { ...manifest, failure };
  const problem = readProblem(failure);
  const note = problem === 'unknown' && failure !== problem ? (manifest.note ?? failure) : manifest.note;
  return { ...manifest, failure: problem, note };
}

/** Writes the manifest in one step: whoever reads, or whatever fails, there is either the old one or the new one. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await replaceFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The manifests of all recordings, in memory as they are and on disk as they were last written. */
export class ManifestStore {
  /** The folder of all recordings. */
  readonly folder: string;
  readonly #logger: Logger;
  readonly #manifests = new Map<string, Manifest>();

  constructor(folder: string, logger: Logger) {
    this.folder = folder;
    this.#logger = logger;
  }

  /** Reads what is on disk. What cannot be read is left alone. @throws Error of node:fs */
  async load(): Promise<void> {
    for (const entry of await readdir(this.folder, { withFileTypes: true })) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      if (!entry.isDirectory() || !isRecordingId(name)) {
        this.#logger.debug({ name }, 'Something in the recordings folder is no recording; it is left alone');
        continue;
      }
      try {
        this.note(await readManifest(this.pathOf(name), name));
      } catch (error) {
        this.#logger.warn({ err: error, recordingId: name }, 'A recording’s manifest cannot be read; it is left alone');
      }
    }
  }

  get(id: string): Manifest | undefined {
    return this.#manifests.get(id);
  }

  all(): Manifest[] {
    return [...this.#manifests.values()];
  }

  /** Keeps a manifest in memory only: what is on disk is what the next start goes by. */
  note(manifest: Manifest): void {
    this.#manifests.set(manifest.id, manifest);
  }

  /** Writes a manifest to the disk and keeps it. @throws Error of node:fs; then the former one is in force */
  async put(manifest: Manifest): Promise<void> {
    await writeManifest(this.pathOf(manifest.id), manifest);
    this.note(manifest);
  }

  forget(id: string): void {
    this.#manifests.delete(id);
  }

  /** The folder of one recording. */
  pathOf(id: string): string {
    return join(this.folder, id);
  }
}

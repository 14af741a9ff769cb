import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Recording } from '../../lib/recording.ts';
import { recordingChapterSchema } from '../../lib/recording-details.ts';
import { isRecordingProblem, type RecordingProblem } from '../../lib/recording-problems.ts';
import { recordingSchema } from '../../lib/recording-schema.ts';
import type { Logger } from '../logger.ts';
import { replaceFile } from '../storage/durable-files.ts';
import { RecordingIndex } from './catalogue/recording-index.ts';
import { forEachOf } from './for-each-of.ts';
import { isRecordingEntry } from './recordings-folder.ts';

/** The sentences that manifests held before problems had names. They must never change: they are stored on disks. */
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

/** The problem in a manifest, given by name or as a sentence of an earlier version; `unknown` if it is neither. */
function readProblem(text: string): RecordingProblem {
  return isRecordingProblem(text) ? text : (sentences.get(text) ?? 'unknown');
}

/** A recording that no limit has marked. */
const unmarked = { age: null, space: null } as const;

const fileName = z.string().regex(/^[a-z0-9-]{1,32}\.[a-z0-9]{1,8}$/);

/** What is known about a recording's file in the store; see the folder s3. */
const storedSchema = z.object({
  /** The name of the file, both here and in the store. */
  file: fileName,
  sizeBytes: z.number(),
  /** The entity tag of the object, with its quotes. */
  etag: z.string(),
  /** The last modification of the file on disk, in milliseconds since the epoch. */
  writtenAt: z.number(),
  /** The title in the manifest that the store has. */
  title: z.string(),
  /** Since when the store has the file, in milliseconds since the epoch. */
  at: z.number(),
  /** When the recording was edited, in the manifest that the store has. */
  editedAt: z.number().default(0),
});

/** The file of a recording that is in the store. */
export type StoredMedia = z.output<typeof storedSchema>;

/**
 * The manifest next to a recording's files, which makes the folder self-describing without a database. All file names
 * are relative to the same folder.
 */
const manifestSchema = recordingSchema.extend({
  /** The version of the format; earlier programs do not touch files of a later version. */
  version: z.literal(1),
  /** The file that is watched once the recording is `ready`; until then, its future name. */
  file: fileName,
  /** The files that recorders write or wrote and that are not joined yet, in order. Empty once they are joined. */
  parts: z.array(fileName).default([]),
  /** The files that could not be joined, and are only kept. */
  kept: z.array(fileName).default([]),
  /** The files whose media is already in `file`, and that may be deleted. */
  obsolete: z.array(fileName).default([]),
  /** The part that is currently being renamed to `file`. */
  renaming: fileName.nullable().default(null),
  /** A name from `recordingProblems`, or a sentence of an earlier version; see {@link readProblem}. */
  failure: z.string().nullable(),
  /** A sentence for the operator about the parts that could not be joined. */
  note: z.string().nullable().default(null),
  /** The file in the store; `null` while it is on disk only. An earlier one, if its name is not `file`. */
  stored: storedSchema.nullable().default(null),
  /** Where something new begins in `file`, in order. */
  chapters: z.array(recordingChapterSchema).default([]),
  /** When somebody last edited it, in milliseconds since the epoch; the latest edit wins where several machines edit. */
  editedAt: z.number().default(0),
  /**
   * Since when the owner's limit of age or of space has marked it, without a break, in milliseconds since the epoch; see
   * changes/retention-plan.ts. Each machine has its own marks: they are no edits.
   */
  markedSince: z.object({ age: z.number().nullable(), space: z.number().nullable() }).default(unmarked),
  /** Grows when share links end: each is good for one version. */
  shareVersion: z.number().int().default(0),
});

/** A recording as it is kept on disk. */
export type Manifest = Omit<z.output<typeof manifestSchema>, 'failure'> & Pick<Recording, 'failure'>;

/** What nobody has decided about a recording yet. */
export const undecided = {
  ...{ visibility: 'public', isKept: false, deletedAt: null },
  ...{ editedAt: 0, shareVersion: 0, markedSince: unmarked },
} as const satisfies Partial<Manifest>;

/** The public part of a manifest. */
export function toRecording(manifest: Manifest): Recording {
  return recordingSchema.parse(manifest);
}

/** Whether a recorder may still write to the recording, or its parts are being joined. */
export function isUnfinished({ state }: Pick<Manifest, 'state'>): boolean {
  return state === 'recording' || state === 'finishing';
}

/** Whether nothing about the recording's file will change on its own: it can be watched, and has no further parts. */
export function isSettled({ state, parts }: Pick<Manifest, 'state' | 'parts'>): boolean {
  return state === 'ready' && parts.length === 0;
}

/** The name of the manifest next to a recording's files. */
export const manifestName = 'manifest.json';
/** The largest manifest that is read. */
export const maxManifestBytes = 64 * 1024;

/**
 * Reads the manifest in `folder`.
 * @throws Error with one sentence, when it is missing, broken, or of a recording other than `id`
 */
export async function readManifest(folder: string, id: string): Promise<Manifest> {
  const path = join(folder, manifestName);
  const { size } = await lstat(path);
  if (size > maxManifestBytes) throw new Error('The manifest is too large.');
  return parseManifest(await readFile(path, 'utf8'), id);
}

/**
 * Parses the text of a manifest.
 * @throws Error, when it is broken, or of a recording other than `id`
 */
export function parseManifest(text: string, id: string): Manifest {
  const manifest = understand(manifestSchema.parse(JSON.parse(text)));
  if (manifest.id !== id) throw new Error(`The manifest belongs to another recording, ${manifest.id}.`);
  // Before parts were introduced, the recorder wrote the file itself.
  return isUnfinished(manifest) && manifest.parts.length === 0 ? { ...manifest, parts: [manifest.file] } : manifest;
}

/** Reads a manifest of any version. An unknown sentence is kept as a note. */
function understand({ failure, ...manifest }: z.output<typeof manifestSchema>): Manifest {
  if (failure === null) return { ...manifest, failure };
  const problem = readProblem(failure);
  const note = problem === 'unknown' && failure !== problem ? (manifest.note ?? failure) : manifest.note;
  return { ...manifest, failure: problem, note };
}

/** Writes the manifest in one step: every reader sees, and every failure leaves, either the old one or the new one. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await replaceFile(join(folder, manifestName), manifestText(manifest));
}

/** The text of a manifest. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Where the file of a recording is. It is in `folder` only if `isOnDisk`. */
export type LocatedRecording = {
  recording: Recording;
  folder: string;
  file: string;
  isOnDisk: boolean;
  stored: StoredMedia | null;
};

/** How many manifests are read at the same time. */
const readsAtOnce = 16;

/** The manifests of all recordings: in memory with their current state, and on disk as last written. */
export class ManifestStore {
  /** The folder of all recordings. */
  readonly folder: string;
  readonly #logger: Logger;
  readonly #manifests = new Map<string, Manifest>();
  /** What there is to search and to sort. */
  readonly index = new RecordingIndex();
  #onWritten: (manifest: Manifest) => void = () => {};

  constructor(folder: string, logger: Logger) {
    this.folder = folder;
    this.#logger = logger;
  }

  /** Reads the manifests on disk. Those that cannot be read are left alone. @throws Error of node:fs */
  async load(): Promise<void> {
    const entries = await readdir(this.folder, { withFileTypes: true });
    const ids = entries.filter(isRecordingEntry).map(({ name }) => name);
    await forEachOf(ids, readsAtOnce, async (id) => {
      await this.reload(id).catch((error: unknown) => {
        this.#logger.warn({ err: error, recordingId: id }, 'A recording’s manifest cannot be read and is left alone');
      });
    });
  }

  /**
   * Reads one manifest again, which another process may have written. What this process changed meanwhile stays.
   * @throws Error of node:fs, or of the manifest
   */
  async reload(id: string): Promise<void> {
    const before = this.get(id);
    const manifest = await readManifest(this.pathOf(id), id);
    if (this.get(id) === before) this.note(manifest);
  }

  /** Calls `listener`, the only one, after each manifest that is written to disk. */
  follow(listener: (manifest: Manifest) => void): void {
    this.#onWritten = listener;
  }

  get(id: string): Manifest | undefined {
    return this.#manifests.get(id);
  }

  all(): Manifest[] {
    return [...this.#manifests.values()];
  }

  /** Keeps a manifest in memory only: the next start uses the one on disk. */
  note(manifest: Manifest): void {
    this.#manifests.set(manifest.id, manifest);
    this.index.put(toRecording(manifest));
  }

  /**
   * Writes a manifest to disk and keeps it in memory. @throws Error of node:fs; then the previous one stays in force
   */
  async put(manifest: Manifest): Promise<void> {
    await writeManifest(this.pathOf(manifest.id), manifest);
    this.note(manifest);
    this.#onWritten(manifest);
  }

  forget(id: string): void {
    this.#manifests.delete(id);
    this.index.remove(id);
  }

  /** The folder of one recording. */
  pathOf(id: string): string {
    return join(this.folder, id);
  }
}

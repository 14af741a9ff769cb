import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Recording } from '../../lib/recording.ts';
import { recordingSchema } from '../../lib/recording-schema.ts';
import { replaceFile } from '../replace-file.ts';
import { readProblem } from './former-problems.ts';

const fileName = z.string().regex(/^[a-z0-9-]{1,32}\.[a-z0-9]{1,8}$/);

/**
 * What stands beside a recording's files, so that the folder explains itself without any database. All files are
 * named by their names in the same folder.
 */
export const manifestSchema = recordingSchema.extend({
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

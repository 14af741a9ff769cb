import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Recording } from '../../lib/recording.ts';
import { recordingSchema } from '../../lib/recording-schema.ts';
import { replaceFile } from '../replace-file.ts';

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
  /** A sentence for the operator about what could not be joined. */
  note: z.string().nullable().default(null),
});

/** A recording as it is kept on disk. */
export type Manifest = z.output<typeof manifestSchema>;

/** What of a manifest is for everybody. */
export function toRecording(manifest: Manifest): Recording {
  return recordingSchema.parse(manifest);
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
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  if (manifest.id !== id) throw new Error(`The manifest is of another recording, ${manifest.id}.`);
  const isUnfinished = manifest.state === 'recording' || manifest.state === 'finishing';
  // Before there were parts, the recorder wrote the file itself.
  return isUnfinished && manifest.parts.length === 0 ? { ...manifest, parts: [manifest.file] } : manifest;
}

/** Writes the manifest in one step: whoever reads, or whatever fails, there is either the old one or the new one. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await replaceFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
}

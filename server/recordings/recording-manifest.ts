import { lstat, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { recordingSchema } from '../../lib/recording.ts';

/** What stands beside a recording's file, so that the folder explains itself without any database. */
export const manifestSchema = recordingSchema.extend({
  /** The form of this file; a later one is not touched by an earlier program. */
  version: z.literal(1),
  /** The media file's name in the same folder. */
  file: z.string().regex(/^[a-z0-9-]{1,32}\.[a-z0-9]{1,8}$/),
});

/** A recording as it is kept on disk. */
export type Manifest = z.output<typeof manifestSchema>;

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
  return manifest;
}

/** Writes the manifest in one step: whoever reads, or whatever fails, there is either the old one or the new one. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, manifestName);
  const fresh = `${path}.new`;
  const handle = await open(fresh, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, path);
}

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Thumbnails, thumbnailsSchema } from '../../../lib/recording-details.ts';
import { parseJson } from '../../parse-json.ts';
import { replaceFile } from '../../storage/durable-files.ts';

/** The largest poster, and the most that all small pictures may have together, in bytes. */
export const maxPosterBytes = 40_000;
export const maxThumbnailsBytes = 600_000;
/** The most small pictures of a recording, and the shortest time between two, in milliseconds. */
const mostThumbnails = 100;
const leastStepMs = 5_000;

/** The names of the files in a recording's folder. */
export const stillFiles = { index: 'stills.json', poster: 'poster.jpg', thumbnails: 'thumbnails.jpgs' } as const;

const indexSchema = z.object({
  version: z.literal(1),
  /** The media file that the pictures are of, and its size in bytes: a recording may have become longer. */
  of: z.object({ file: z.string(), sizeBytes: z.number() }),
  hasPoster: z.boolean(),
  thumbnails: thumbnailsSchema.nullable(),
});

/** Which pictures of a recording there are. */
export type Stills = { hasPoster: boolean; thumbnails: Thumbnails | null };

/** The media file that pictures are of. */
export type StillSource = { folder: string; file: string; sizeBytes: number };

/** Where small pictures belong in a recording of this length, in milliseconds from its start. */
export function thumbnailTimes(durationMs: number): number[] {
  const stepMs = Math.max(leastStepMs, durationMs / mostThumbnails);
  const count = Math.min(mostThumbnails, Math.max(1, Math.ceil(durationMs / stepMs)));
  return Array.from({ length: count }, (_, index) => Math.round(index * stepMs));
}

/** The pictures in a recording's folder; `null` if there are none, or only of an earlier file. */
export async function readStills({ folder, file, sizeBytes }: StillSource): Promise<Stills | null> {
  const text = await readFile(join(folder, stillFiles.index), 'utf8').catch(() => null);
  const { data } = indexSchema.safeParse(text === null ? null : parseJson(text));
  if (data === undefined || data.of.file !== file || data.of.sizeBytes !== sizeBytes) return null;
  return { hasPoster: data.hasPoster, thumbnails: data.thumbnails };
}

/**
 * Puts pictures into the folder of a recording. The index goes last: without it, they do not count.
 * @param pictures JPEGs, in order; those that exceed the limit together are left out
 * @throws Error of node:fs
 */
export async function writeStills(
  { folder, file, sizeBytes }: StillSource,
  poster: Buffer | null,
  pictures: readonly { atMs: number; jpeg: Buffer }[],
): Promise<void> {
  await rm(join(folder, stillFiles.index), { force: true });
  const kept: { atMs: number; offset: number; length: number }[] = [];
  const bytes: Buffer[] = [];
  let offset = 0;
  for (const { atMs, jpeg } of pictures) {
    if (offset + jpeg.length > maxThumbnailsBytes) continue;
    kept.push({ atMs, offset, length: jpeg.length });
    bytes.push(jpeg);
    offset += jpeg.length;
  }
  if (poster !== null) await writeFile(join(folder, stillFiles.poster), poster);
  if (kept.length > 0) await writeFile(join(folder, stillFiles.thumbnails), Buffer.concat(bytes));
  const index: z.input<typeof indexSchema> = {
    version: 1,
    of: { file, sizeBytes },
    hasPoster: poster !== null,
    thumbnails: kept.length > 0 ? { pictures: kept } : null,
  };
  await replaceFile(join(folder, stillFiles.index), `${JSON.stringify(index)}\n`);
}

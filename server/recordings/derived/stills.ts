import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Thumbnails, thumbnailsSchema } from '../../../lib/recording-details.ts';
import { mostThumbnails, pictureLimits } from '../../../lib/thumbnail-times.ts';
import { parseJson } from '../../parse-json.ts';
import { replaceFile } from '../../storage/durable-files.ts';

/** The names of the files in a recording's folder. */
export const stillFiles = {
  index: 'stills.json',
  poster: 'poster.jpg',
  thumbnails: 'thumbnails.jpgs',
  /** What viewers saw during the show, in the size of a card: the poster until there is one. */
  preview: 'preview.jpg',
} as const;

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

/** The pictures in a recording's folder; `null` if there are none, or only of an earlier file. */
export async function readStills({ folder, file, sizeBytes }: StillSource): Promise<Stills | null> {
  const text = await readFile(join(folder, stillFiles.index), 'utf8').catch(() => null);
  const { data } = indexSchema.safeParse(text === null ? null : parseJson(text));
  if (data === undefined || data.of.file !== file || data.of.sizeBytes !== sizeBytes) return null;
  return { hasPoster: data.hasPoster, thumbnails: data.thumbnails };
}

/** The name of the picture by which a recording with these pictures is shown; `null` if there is none. */
export async function posterFile(folder: string, stills: Stills | null): Promise<string | null> {
  if (stills?.hasPoster === true) return stillFiles.poster;
  const preview = await stat(join(folder, stillFiles.preview)).catch(() => null);
  return preview?.isFile() === true ? stillFiles.preview : null;
}

/** Keeps a picture of what is being recorded, in the place of an earlier one. @throws Error of node:fs */
export async function writePreview(folder: string, jpeg: Uint8Array): Promise<void> {
  await replaceFile(join(folder, stillFiles.preview), jpeg);
}

/** A picture as JPEG, and where in the recording it is. */
export type Still = { atMs: number; jpeg: Buffer };

/**
 * Adds pictures to those in the folder of a recording. There is one poster, the first; small pictures come in the order
 * of their times, and those beyond the limits are left out. Two calls for the same recording must not overlap.
 * @throws Error of node:fs
 */
export async function addStills(source: StillSource, poster: Buffer | null, pictures: readonly Still[]): Promise<void> {
  const { folder, file, sizeBytes } = source;
  const known = await readStills(source);
  const kept = await readPictures(folder, known?.thumbnails ?? null);
  let size = kept.reduce((sum, { jpeg }) => sum + jpeg.length, 0);
  for (const one of pictures) {
    if (kept.length >= mostThumbnails || size + one.jpeg.length > pictureLimits.thumbnails) break;
    if (kept.some(({ atMs }) => atMs === one.atMs)) continue;
    kept.push(one);
    size += one.jpeg.length;
  }
  kept.sort((a, b) => a.atMs - b.atMs);
  const hadPoster = known?.hasPoster ?? false;
  // The index goes first and comes last: without it, the pictures do not count.
  await rm(join(folder, stillFiles.index), { force: true });
  if (poster !== null && !hadPoster) await writeFile(join(folder, stillFiles.poster), poster);
  await writeFile(join(folder, stillFiles.thumbnails), Buffer.concat(kept.map(({ jpeg }) => jpeg)));
  let offset = 0;
  const listed = kept.map(({ atMs, jpeg }) => {
    const at = offset;
    offset += jpeg.length;
    return { atMs, offset: at, length: jpeg.length };
  });
  const index: z.input<typeof indexSchema> = {
    version: 1,
    of: { file, sizeBytes },
    hasPoster: hadPoster || poster !== null,
    thumbnails: listed.length > 0 ? { pictures: listed } : null,
  };
  await replaceFile(join(folder, stillFiles.index), `${JSON.stringify(index)}\n`);
}

async function readPictures(folder: string, thumbnails: Thumbnails | null): Promise<Still[]> {
  if (thumbnails === null) return [];
  const all = await readFile(join(folder, stillFiles.thumbnails));
  return thumbnails.pictures.map(({ atMs, offset, length }) => ({ atMs, jpeg: all.subarray(offset, offset + length) }));
}

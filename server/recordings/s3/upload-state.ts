import { lstat, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../storage/durable-files.ts';

/** How far the upload of a file is; kept next to it, so that another run of the server goes on from there. */
const uploadStateSchema = z.object({
  version: z.literal(1),
  /** The file, as it was when its upload began. `writtenAt` is its last modification, in milliseconds. */
  file: z.string(),
  sizeBytes: z.number(),
  writtenAt: z.number(),
  /** The bucket and the key of the object, as an address: an upload to another place is another upload. */
  target: z.string(),
  key: z.string(),
  uploadId: z.string(),
  /** The size of every part but the last, in bytes. */
  partBytes: z.number().int().positive(),
  /** The parts that the store has, with its entity tags and the hashes of what was sent, in hexadecimal. */
  parts: z.array(z.object({ number: z.number(), etag: z.string(), md5: z.string() })),
});

/** The state of an upload that is not over. */
export type UploadState = z.output<typeof uploadStateSchema>;

const stateName = 'upload.json';
/** 10,000 parts, with room to spare. */
const maxStateBytes = 4 * 1024 * 1024;

/** Reads the state of the upload from `folder`; `null` if there is none, or none that can be read. */
export async function readUploadState(folder: string): Promise<UploadState | null> {
  const path = join(folder, stateName);
  try {
    const found = await lstat(path);
    if (!found.isFile() || found.size > maxStateBytes) return null;
    return uploadStateSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // The upload then starts over; the store's rules for unfinished uploads decide about what was sent.
    return null;
  }
}

/** @throws Error of node:fs */
export async function writeUploadState(folder: string, state: UploadState): Promise<void> {
  await replaceFile(join(folder, stateName), `${JSON.stringify(state)}\n`);
}

/** @throws Error of node:fs */
export async function forgetUploadState(folder: string): Promise<void> {
  await rm(join(folder, stateName), { force: true });
}

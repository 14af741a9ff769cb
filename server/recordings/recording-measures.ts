import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isForeignMatroska } from './media-file.ts';
import { isUnfinished, type Manifest } from './recording-manifest.ts';
import { fileSize } from './recordings-folder.ts';

/** What a recording has on disk; recording-store.ts describes the figures. */
export type RecordingFiles = { sizeBytes: number; joinBytes: number; writtenAt: number | null };

/** Measures the files of a recording in `folder`. */
export async function measureFiles(folder: string, { parts, file }: Manifest): Promise<RecordingFiles> {
  const names = parts.length === 0 ? [file] : parts;
  const found = (await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)))).filter(
    (stats) => stats !== null,
  );
  const sizeBytes = found.reduce((sum, { size }) => sum + size, 0);
  const writtenAt = found.length === 0 ? null : Math.max(...found.map(({ mtimeMs }) => mtimeMs));
  // A single part is only renamed, unless it needs another container or comes from another muxer.
  const isRemade =
    found.length > 1 ||
    parts.some((part) => part.endsWith('.mkv')) ||
    (parts[0] !== undefined && (await isForeignMatroska(join(folder, parts[0]))));
  return { sizeBytes, joinBytes: isRemade ? sizeBytes : 0, writtenAt };
}

/**
 * A manifest with the bytes that a recording in `folder` has on disk now, if it is unfinished. What cannot be read has
 * none.
 */
export async function withCurrentSize(folder: string, manifest: Manifest): Promise<Manifest> {
  if (!isUnfinished(manifest)) return manifest;
  const sizes = await Promise.all(manifest.parts.map((part) => fileSize(join(folder, part)).catch(() => 0)));
  return { ...manifest, sizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** The size of a recording's last part in bytes; `null` when it is not on disk. */
export async function sizeOfLastPart(folder: string, { parts, file }: Manifest): Promise<number | null> {
  return (await stat(join(folder, parts.at(-1) ?? file)).catch(() => null))?.size ?? null;
}

/** The free space on the disk of `folder`. @throws Error of node:fs when it cannot be reached */
export async function freeSpace(folder: string): Promise<{ freeBytes: number }> {
  const { bavail, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize };
}

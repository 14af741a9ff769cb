import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MediaInfo } from './media-file.ts';
import type { Manifest } from './recording-manifest.ts';
import { findFile } from './recordings-folder.ts';

/** A part of a recording and its properties; `info` is `null` if the part cannot be played or does not exist. */
export type Part = { file: string; sizeBytes: number; info: MediaInfo | null };

/** A part that can be played. */
export type PlayablePart = Part & { info: MediaInfo };

/** The codecs that a recorder is expected to write, by kind, as SDP names them. */
export type ExpectedCodecs = Readonly<Partial<Record<'audio' | 'video', string>>>;

const partPattern = /^media-(\d+)\.(webm|mkv)$/;
const extensions: Readonly<Record<string, string>> = {
  'video/webm': 'webm',
  'audio/webm': 'webm',
  'video/mp4': 'mp4',
  'audio/mp4': 'm4a',
  'video/x-matroska': 'mkv',
  'audio/x-matroska': 'mka',
};

/** The extension of files of a content type, in the folder and in download names. */
export function extensionOf(contentType: string): string {
  return extensions[contentType] ?? 'webm';
}

/** The name of the first part of a recording, and the expected file and content type of the finished recording. */
export function expectRecording(codecs: ExpectedCodecs): { part: string; file: string; contentType: string } {
  const contentType = codecs.video === undefined ? 'audio/webm' : isH264(codecs) ? 'video/mp4' : 'video/webm';
  return { part: partName(1, codecs), file: `media.${extensionOf(contentType)}`, contentType };
}

/** Whether a file has the name of a recorder's part, rather than that of a finished recording. */
export function isPartName(file: string): boolean {
  return partPattern.test(file);
}

/**
 * A name for a further part, numbered in order, that does not exist in `folder`.
 * @throws Error of node:fs when the disk cannot be read
 */
export async function nextPartName(folder: string, manifest: Manifest, codecs?: ExpectedCodecs): Promise<string> {
  const taken = [manifest.file, ...manifest.parts, ...manifest.kept, ...manifest.obsolete];
  let number = Math.max(0, ...taken.map((file) => Number(partPattern.exec(file)?.[1] ?? 0)));
  for (;;) {
    number += 1;
    const name = partName(number, codecs);
    if ((await findFile(join(folder, name), lstat)) === null) return name;
  }
}

/** The name of the joined file: one that none of its parts has, so that the parts stay intact until it exists. */
export function joinedName({ parts, kept }: Manifest, extension: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? `media.${extension}` : `media-joined-${number}.${extension}`;
    if (!parts.includes(name) && !kept.includes(name)) return name;
  }
}

/**
 * Decides which parts are joined, in order, and which are only kept because of another codec or because they are
 * unreadable.
 */
export function planJoin(parts: readonly Part[]): { run: PlayablePart[]; rest: Part[] } {
  const runs: PlayablePart[][] = [];
  for (const part of parts) {
    if (part.info === null) continue;
    const playable = { ...part, info: part.info };
    const last = runs.at(-1);
    if (last?.every((earlier) => canFollow(earlier.info, playable.info)) === true) last.push(playable);
    else runs.push([playable]);
  }
  const lengthOf = (run: readonly PlayablePart[]): number => run.reduce((sum, { info }) => sum + info.durationMs, 0);
  const run = runs.reduce<PlayablePart[]>((best, next) => (lengthOf(next) > lengthOf(best) ? next : best), []);
  const chosen = run.length > 0 ? run : (runs[0] ?? []);
  const joined = new Set(chosen.map(({ file }) => file));
  return { run: chosen, rest: parts.filter(({ file, sizeBytes }) => sizeBytes > 0 && !joined.has(file)) };
}

/** Whether two parts can follow each other in one file. A kind that only one of them has does not prevent it. */
function canFollow(a: MediaInfo, b: MediaInfo): boolean {
  const isSame = (x: string | null, y: string | null): boolean => x === null || y === null || x === y;
  return a.isJoinable && b.isJoinable && isSame(a.video, b.video) && isSame(a.audio, b.audio);
}

function isH264({ video }: ExpectedCodecs): boolean {
  return video?.toUpperCase() === 'H264';
}

/** Growing files are Matroska: WebM, or plain Matroska for codecs that WebM cannot hold. */
function partName(number: number, codecs: ExpectedCodecs = {}): string {
  return `media-${number}.${isH264(codecs) ? 'mkv' : 'webm'}`;
}

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { makeZip, predictLength } from 'client-zip';
import { AppError } from '../../../lib/errors.ts';
import type { RecordingLibrary } from '../recording-library.ts';
import type { LocatedRecording } from '../recording-manifest.ts';
import { findFile } from '../recordings-folder.ts';
import { zipNames } from './zip-names.ts';

/** A file of the ZIP, found but not opened. */
type ZipFile = { name: string; lastModified: Date; size: number; located: LocatedRecording };

/** A ZIP of recordings whose files were found: its exact size in bytes, and its bytes as they are read. */
export type RecordingZip = { sizeBytes: number; stream(): Readable };

const chunkBytes = 256 * 1024;

/**
 * Prepares a ZIP of recordings, in their order. Nothing is compressed, as media cannot be, so the size is known before.
 * The files are read one after the other while the ZIP is sent, and nothing of them is kept in memory.
 * @throws AppError `recording-not-found` and others of {@link RecordingLibrary.locate}, if there is no file of one
 */
export async function prepareZip(library: RecordingLibrary, ids: readonly string[]): Promise<RecordingZip> {
  const located = await Promise.all(ids.map((id) => library.locate(id)));
  const names = zipNames(located.map(({ recording }) => recording));
  const files = await Promise.all(
    located.map(async (one, index): Promise<ZipFile> => {
      const size = one.isOnDisk ? (await findFile(join(one.folder, one.file)))?.size : one.stored?.sizeBytes;
      if (size === undefined) throw gone(one);
      return { name: names[index] ?? '', lastModified: new Date(one.recording.startedAt), size, located: one };
    }),
  );
  return {
    sizeBytes: Number(predictLength(files.map(({ name, size }) => ({ name, size })))),
    // The types of web streams in lib.dom and in node:stream/web describe the same objects.
    stream: () => Readable.fromWeb(makeZip(readAll(library, files)) as Parameters<typeof Readable.fromWeb>[0]),
  };
}

/** Opens each file when its turn comes, and closes it again, also when nobody wants the rest. */
async function* readAll(library: RecordingLibrary, files: readonly ZipFile[]) {
  for (const { located, ...file } of files) {
    const source = await openFile(library, located);
    try {
      yield { ...file, input: exactly(source, file.size, located) };
    } finally {
      source.destroy();
    }
  }
}

async function openFile(library: RecordingLibrary, located: LocatedRecording): Promise<Readable> {
  const { recording, folder, file, isOnDisk, stored } = located;
  if (isOnDisk) {
    const handle = await open(join(folder, file), 'r').catch(() => null);
    if (handle !== null) return handle.createReadStream({ highWaterMark: chunkBytes });
  }
  // Its copy on disk may have gone to the store since.
  const { archive } = library;
  const place = stored ?? (await library.locate(recording.id)).stored;
  if (archive === null || place === null) throw gone(located);
  const { signal } = new AbortController();
  return await archive.objects.read(archive.keyOf(recording.id, place.file), { etag: place.etag, range: null, signal });
}

/** The bytes of a file that must have the size that was announced. */
async function* exactly(source: Readable, size: number, located: LocatedRecording): AsyncGenerator<Uint8Array> {
  let left = size;
  // A stream without an encoding gives buffers.
  for await (const chunk of source as AsyncIterable<Buffer>) {
    left -= chunk.length;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw gone(located);
}

function gone({ recording }: LocatedRecording): AppError {
  return new AppError('recording-not-found', `The file of “${recording.title}” is gone. Please choose again.`);
}

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ObjectStore, StoredObject, StoredPart } from './object-store.ts';
import { StoreError } from './store-error.ts';
import { forgetUploadState, readUploadState, type UploadState, writeUploadState } from './upload-state.ts';

const mebibyte = 1024 * 1024;
/** The usual size of a part. All but the last must have at least 5 MiB. */
const partBytes = 8 * mebibyte;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const maxParts = 10_000;

/** The file to upload, and the object that it becomes. */
type Upload = {
  objects: ObjectStore;
  folder: string;
  file: string;
  key: string;
  contentType: string;
  /** Interrupts the upload, which can be continued. */
  signal: AbortSignal;
};

/** A file that is in the store, and was compared with what is on disk. */
export type UploadedFile = { sizeBytes: number; writtenAt: number; etag: string };

/**
 * Uploads a file in parts, and verifies the object. An upload of the same file that was interrupted is continued: parts
 * that the store has are not sent again. The state stays on disk until {@link forgetUploadState}, so that a caller who
 * is interrupted after this learns at once that it is done.
 * @throws StoreError; Error of node:fs when the file cannot be read; the reason of the signal
 */
export async function uploadFile(upload: Upload): Promise<UploadedFile> {
  const { objects, folder, file, signal } = upload;
  const path = join(folder, file);
  const found = await stat(path);
  const subject = { file, sizeBytes: found.size, writtenAt: found.mtime.getTime(), target: targetOf(upload) };
  const state = (await resume(upload, subject)) ?? (await begin(upload, subject));
  if ('etag' in state) return state;
  const stored = await objects.listParts(state);
  for (let number = 1; (number - 1) * state.partBytes < state.sizeBytes; number += 1) {
    signal.throwIfAborted();
    if (state.parts.some((part) => part.number === number)) continue;
    state.parts.push(await sendPart(upload, state, number, stored));
    await writeUploadState(folder, state);
  }
  const inOrder = state.parts.toSorted((a, b) => a.number - b.number);
  const etag = await restartIfLost(upload, () => objects.completeUpload(state, inOrder));
  const object = await objects.head(upload.key);
  await verify(upload, { ...state, etag }, object);
  const now = await stat(path);
  if (now.size !== subject.sizeBytes || now.mtime.getTime() !== subject.writtenAt)
    throw new StoreError('changed', `The file ${path} changed while it was uploaded.`);
  return { sizeBytes: state.sizeBytes, writtenAt: state.writtenAt, etag };
}

/**
 * Gives up the upload whose state is in `folder`, if there is one. What cannot be given up in the store stays there.
 * @returns whether there was one
 */
export async function discardUpload(objects: ObjectStore, folder: string): Promise<boolean> {
  const state = await readUploadState(folder);
  if (state === null) return false;
  await objects.abortUpload(state).catch(() => {});
  await forgetUploadState(folder);
  return true;
}

type Subject = Pick<UploadState, 'file' | 'sizeBytes' | 'writtenAt' | 'target'>;

/**
 * The state of an earlier upload of the same file, with the parts that the store still has, or its result if it was
 * completed; `null` if there is none to continue.
 */
async function resume(upload: Upload, subject: Subject): Promise<UploadState | UploadedFile | null> {
  const { objects, folder, key } = upload;
  const state = await readUploadState(folder);
  if (state === null) return null;
  const names = ['file', 'sizeBytes', 'writtenAt', 'target'] as const;
  if (names.some((name) => state[name] !== subject[name])) {
    await discardUpload(objects, folder);
    return null;
  }
  try {
    const stored = await objects.listParts(state);
    const isKept = (part: UploadState['parts'][number]) =>
      stored.some(({ number, etag, sizeBytes }) => {
        return number === part.number && etag === part.etag && sizeBytes === sizeOf(state, number);
      });
    return { ...state, parts: state.parts.filter(isKept) };
  } catch (error) {
    if (!(error instanceof StoreError) || error.fault !== 'no-upload') throw error;
  }
  // It was completed, and this server was interrupted before it knew; or it was given up by the store.
  const object = await objects.head(key);
  const isWhole = state.parts.length === Math.ceil(state.sizeBytes / state.partBytes);
  if (object !== null && isWhole && object.sizeBytes === state.sizeBytes && object.etag === usualTag(state))
    return { sizeBytes: state.sizeBytes, writtenAt: state.writtenAt, etag: object.etag };
  await forgetUploadState(folder);
  return null;
}

async function begin({ objects, folder, key, contentType }: Upload, subject: Subject): Promise<UploadState> {
  const name = await objects.beginUpload(key, contentType);
  const smallest = Math.ceil(subject.sizeBytes / maxParts / mebibyte) * mebibyte;
  const state: UploadState = {
    ...{ version: 1, ...subject, ...name },
    ...{ partBytes: Math.max(partBytes, smallest), parts: [] },
  };
  await writeUploadState(folder, state);
  return state;
}

/** Sends a part, unless the store has it already: the last run may have ended before it was noted. */
async function sendPart(
  { objects, folder, file, signal }: Upload,
  state: UploadState,
  number: number,
  stored: readonly StoredPart[],
): Promise<UploadState['parts'][number]> {
  const start = (number - 1) * state.partBytes;
  const sizeBytes = sizeOf(state, number);
  const read = () => createReadStream(join(folder, file), { start, end: start + sizeBytes - 1 });
  const hash = await digest(read(), 'md5', signal);
  const md5 = hash.digest();
  const hex = md5.toString('hex');
  const known = stored.find((part) => part.number === number && part.sizeBytes === sizeBytes);
  if (known?.etag === `"${hex}"`) return { number, etag: known.etag, md5: hex };
  const body = read();
  try {
    const part = { number, sizeBytes, md5: md5.toString('base64'), body, signal };
    const etag = await restartIfLost({ objects, folder }, () => objects.uploadPart(state, part));
    return { number, etag, md5: hex };
  } finally {
    body.destroy();
  }
}

/**
 * Compares the object with the file. The store has compared each part with its hash, and the tags of the parts with
 * those it was given. Its entity tag usually is a hash of these hashes; where it is of another kind, as with keys of
 * Amazon's KMS, the object is read back.
 */
async function verify(upload: Upload, state: UploadState & { etag: string }, object: StoredObject | null) {
  const { objects, folder, file, key, signal } = upload;
  const isSame =
    object !== null &&
    object.sizeBytes === state.sizeBytes &&
    object.etag === state.etag &&
    (object.etag === usualTag(state) || (await isReadBack()));
  if (isSame) return;
  await discardUpload(objects, folder);
  throw new StoreError('damaged', `The object ${key} in the store for recordings differs from its file.`);

  async function isReadBack(): Promise<boolean> {
    const theirs = await objects.read(key, { etag: state.etag, range: null, signal });
    const [one, other] = await Promise.all([
      digest(theirs, 'sha256', signal),
      digest(createReadStream(join(folder, file)), 'sha256', signal),
    ]);
    return one.digest().equals(other.digest());
  }
}

/** The entity tag that Amazon S3, and most other stores, give an object of these parts. */
function usualTag({ parts }: UploadState): string {
  const hash = createHash('md5');
  for (const { md5 } of parts.toSorted((a, b) => a.number - b.number)) hash.update(md5, 'hex');
  return `"${hash.digest('hex')}-${parts.length}"`;
}

function sizeOf({ partBytes: bytes, sizeBytes }: UploadState, number: number): number {
  return Math.min(bytes, sizeBytes - (number - 1) * bytes);
}

function targetOf({ objects, key }: Upload): string {
  const { endpoint, region, bucket } = objects.settings;
  return `${endpoint ?? region}/${bucket}/${key}`;
}

/** Hashes a stream in small steps, so that the event loop is never blocked. */
async function digest(stream: Readable, algorithm: string, signal: AbortSignal): Promise<Hash> {
  const hash = createHash(algorithm);
  for await (const chunk of stream) {
    signal.throwIfAborted();
    hash.update(chunk as Buffer);
  }
  return hash;
}

/** An upload that the store no longer knows, or finds fault with, starts over when it is retried. */
async function restartIfLost<Result>(
  { objects, folder }: Pick<Upload, 'objects' | 'folder'>,
  ask: () => Promise<Result>,
): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof StoreError && error.fault === 'no-upload') await discardUpload(objects, folder);
    throw error;
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../lib/errors.ts';
import type { Recording } from '../../../lib/recording.ts';
import type { StoredMedia } from '../recording-manifest.ts';
import { answerBytes, fileTag, sendNoBytes } from './byte-range.ts';
import { type RecordingArchive, storeUnavailable } from './recording-archive.ts';
import { StoreError } from './store-error.ts';

/** What a request for the file of a stored recording is answered with. Headers of the file itself are set already. */
type StoredRequest = {
  archive: RecordingArchive;
  recording: Recording;
  stored: StoredMedia;
  view: 'media' | 'download';
  request: IncomingMessage;
  response: ServerResponse;
};

/** A download begins at once, and goes on when its address is no longer valid. In seconds. */
const downloadValidS = 300;
/** A player asks again for each place that its user seeks: twice the length, and an hour for pauses. In seconds. */
const mediaValidS = ({ durationMs }: Recording) => Math.min(Math.ceil((durationMs ?? 0) / 500) + 3_600, 12 * 3_600);

/**
 * Serves a file from the store: passed on, with the same answers as for a file on disk, or by a redirect to the store.
 * @throws AppError `recording-not-found` if it is gone, `recording-store-unavailable`
 */
export async function sendStored(stored: StoredRequest): Promise<void> {
  const { archive, request } = stored;
  // A presigned address is for one method only.
  if (archive.objects.settings.downloads === 'presigned' && request.method === 'GET') await redirect(stored);
  else await passOn(stored);
}

async function redirect({ archive, recording, stored, view, response }: StoredRequest): Promise<void> {
  const contentDisposition = String(response.getHeader('Content-Disposition'));
  const headers = { contentType: recording.contentType, contentDisposition };
  const validS = view === 'download' ? downloadValidS : mediaValidS(recording);
  const location = await archive.objects.presign(archive.keyOf(recording.id, stored.file), headers, validS);
  for (const name of ['Content-Type', 'Content-Disposition']) response.removeHeader(name);
  response.setHeader('Cache-Control', 'no-store');
  response.writeHead(302, { Location: location, 'Content-Length': 0 }).end();
}

async function passOn(asked: StoredRequest): Promise<void> {
  const { stored, request, response } = asked;
  const { sizeBytes, writtenAt } = stored;
  const etag = fileTag(stored);
  const answer = answerBytes(request.headers, { etag, modifiedAt: writtenAt, sizeBytes });
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Last-Modified', new Date(writtenAt).toUTCString());
  response.setHeader('ETag', etag);
  if (answer.status === 304) {
    response.removeHeader('Content-Type');
    response.writeHead(304).end();
    return;
  }
  if (answer.status === 416) response.setHeader('Content-Range', `bytes */${sizeBytes}`);
  if (answer.status === 412 || answer.status === 416) {
    sendNoBytes(response, answer.status);
    return;
  }
  const range = answer.status === 206 ? answer : null;
  const length = range === null ? sizeBytes : range.last - range.first + 1;
  const closing = new AbortController();
  response.once('close', () => closing.abort());
  const body = await open(asked, range, closing.signal);
  if (range !== null) response.setHeader('Content-Range', `bytes ${range.first}-${range.last}/${sizeBytes}`);
  response.writeHead(answer.status, { 'Content-Length': length });
  // An answer that the viewer or the store broke off is broken off, and a player asks again for the rest.
  await pipeline(body ?? [], response).catch(() => response.destroy());
}

/** The bytes from the store; `null` for HEAD, for which the store is only asked whether it has them. */
async function open(
  { archive, recording, stored, request }: StoredRequest,
  range: { first: number; last: number } | null,
  signal: AbortSignal,
): Promise<Readable | null> {
  const key = archive.keyOf(recording.id, stored.file);
  const gone = () => new AppError('recording-not-found', 'The file of this recording is gone from the store.');
  try {
    if (request.method !== 'HEAD') return await archive.objects.read(key, { etag: stored.etag, range, signal });
    if ((await archive.objects.head(key))?.etag === stored.etag) return null;
  } catch (error) {
    if (error instanceof StoreError && (error.fault === 'missing' || error.fault === 'changed')) throw gone();
    if (!signal.aborted) archive.report(error);
    throw storeUnavailable('The store for recordings does not answer.', error);
  }
  throw gone();
}

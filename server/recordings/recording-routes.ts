import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import send from 'send';
import { AppError } from '../../lib/errors.ts';
import { recordingPaths } from '../../lib/recording.ts';
import type { Access } from '../access/access.ts';
import { answerFailure, refuseMethod, sendJson } from '../access/json-answers.ts';
import type { Logger } from '../logger.ts';
import { attachment, downloadName } from './content-disposition.ts';
import { RecordingAccess } from './recording-access.ts';
import type { RecordingLibrary } from './recording-library.ts';
import { isRecordingId } from './recordings-folder.ts';
import { sendNoBytes } from './s3/byte-range.ts';
import { sendStored } from './s3/stored-media.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
type Resource = Partial<Record<'GET' | 'HEAD' | 'DELETE', Handler>>;

/**
 * Serves the library under `/api/recordings`. The returned function returns `true` when the request was for it and is
 * being answered.
 */
export function createRecordingRoutes(
  library: RecordingLibrary,
  access: Access,
  logger: Logger,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const rules = new RecordingAccess(access);
  const list: Handler = async (request, response) => {
    const isSeen = await rules.requireLister(request);
    sendJson(response, 200, { recordings: (await library.list()).filter(isSeen) });
  };

  const resourceAt = (path: string): Resource | null => {
    if (path === '') return { GET: list, HEAD: list };
    // An id has no character that a URL would escape, so nothing is ever decoded here.
    const [id = '', view, ...rest] = path.slice(1).split('/');
    if (!isRecordingId(id) || rest.length > 0) return null;
    if (view === undefined) {
      const show: Handler = async (request, response) => {
        const check = await rules.requireViewer(request);
        const recording = await library.get(id);
        check(recording);
        sendJson(response, 200, recording);
      };
      const remove: Handler = async (request, response) => {
        const check = await rules.requireDeleter(request);
        check(await library.get(id));
        await library.remove(id);
        response.writeHead(204).end();
      };
      return { GET: show, HEAD: show, DELETE: remove };
    }
    if (view !== 'media' && view !== 'download') return null;
    const serve: Handler = async (request, response) => {
      const check = await rules.requireViewer(request);
      check(await library.get(id));
      await sendMedia(library, id, view, request, response);
    };
    return { GET: serve, HEAD: serve };
  };

  const answer = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const resource = resourceAt(path);
    if (resource === null) throw new AppError('recording-not-found', 'There is nothing at this address.');
    const method = request.method ?? '';
    const handler = isOffered(resource, method) ? resource[method] : undefined;
    if (handler === undefined) {
      refuseMethod(request, response, Object.keys(resource).join(', '));
      return;
    }
    await handler(request, response);
  };

  return (request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    if (path !== recordingPaths.list && !path.startsWith(`${recordingPaths.list}/`)) return false;
    response.setHeader('X-Content-Type-Options', 'nosniff');
    answer(path.slice(recordingPaths.list.length), request, response).catch((error: unknown) => {
      answerFailure(response, error, logger, 'A request for recordings failed');
    });
    return true;
  };
}

function isOffered(resource: Resource, method: string): method is keyof Resource {
  return Object.hasOwn(resource, method);
}

async function sendMedia(
  library: RecordingLibrary,
  id: string,
  view: 'media' | 'download',
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { archive } = library;
  const located = await library.locate(id);
  const { recording } = located;
  response.setHeader('Content-Type', recording.contentType);
  // A recording never changes but may be deleted, and its address is secret: browsers may store it, but must
  // revalidate.
  response.setHeader('Cache-Control', 'private, no-cache');
  response.setHeader('Content-Disposition', view === 'download' ? attachment(downloadName(recording)) : 'inline');
  const isRedirected = located.stored !== null && archive?.objects.settings.downloads === 'presigned';
  if (located.isOnDisk && !isRedirected && (await sendFile(located, request, response))) return;
  // Its copy on disk may have gone to the store a moment ago.
  const { stored } = await library.locate(id);
  if (archive === null || stored === null) throw fileGone();
  await sendStored({ archive, recording, stored, view, request, response });
}

/** Answers with a file on disk. @returns `false`, without having answered, when it is gone */
async function sendFile(
  { folder, file }: { folder: string; file: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  request.headers.range = await satisfiableRange(request.headers.range, join(folder, file));
  return await new Promise((resolve, reject) => {
    const options = { root: folder, index: false, dotfiles: 'allow', cacheControl: false } as const;
    response.once('close', () => resolve(true));
    send(request, `/${file}`, options)
      .on('directory', () => reject(new AppError('recording-not-found', 'There is nothing at this address.')))
      .on('error', (error: { status?: number }) => {
        if (response.headersSent) response.destroy();
        else if (error.status === 416 || error.status === 412) sendNoBytes(response, error.status);
        else {
          for (const name of ['Content-Length', 'Content-Range']) response.removeHeader(name);
          resolve(false);
        }
      })
      .pipe(response);
  });
}

function fileGone(): AppError {
  return new AppError('recording-not-found', 'The file of this recording is gone.');
}

/**
 * RFC 9110 §14.1.2: the last N bytes of a file that has fewer are the whole file. `send` refuses such a range, so this
 * replaces it with an equivalent one.
 */
async function satisfiableRange(range: string | undefined, path: string): Promise<string | undefined> {
  if (range === undefined || !/^bytes=/i.test(range)) return range;
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  return range.replaceAll(/(?<=[=,]\s*)-(\d+)/g, (last, count: string) => (Number(count) > size ? `-${size}` : last));
}

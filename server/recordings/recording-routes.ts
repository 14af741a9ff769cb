import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { recordingPaths } from '../../lib/recording.ts';
import type { Access } from '../access/access.ts';
import { answerFailure, refuseMethod, sendJson } from '../access/json-answers.ts';
import type { Logger } from '../logger.ts';
import { readListQuery } from './catalogue/list-query.ts';
import { changeHandlers } from './changes/change-routes.ts';
import { attachment, downloadName } from './content-disposition.ts';
import type { ConversationFile, ConversationFiles } from './conversation-files.ts';
import type { Derived } from './derived/derived.ts';
import { derivedResources } from './derived/derived-routes.ts';
import { sendFile } from './file-answer.ts';
import { RecordingAccess } from './recording-access.ts';
import type { RecordingLibrary } from './recording-library.ts';
import { isRecordingId } from './recordings-folder.ts';
import { sendStored } from './s3/stored-media.ts';
import { zipHandler } from './zip/zip-route.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
type Resource = Partial<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Handler>>;

/** What the routes serve, and by which rules. */
type RouteParts = {
  library: RecordingLibrary;
  access: Access;
  logger: Logger;
  conversations: ConversationFiles;
  derived: Derived;
};

/**
 * Serves the library under `/api/recordings`. The returned function returns `true` when the request was for it and is
 * being answered.
 */
export function createRecordingRoutes({
  library,
  access,
  logger,
  conversations,
  derived,
}: RouteParts): (request: IncomingMessage, response: ServerResponse) => boolean {
  const rules = new RecordingAccess(access);
  const resourceOf = derivedResources(derived, rules);
  const changes = changeHandlers(library, rules);
  const list: Handler = async (request, response) => {
    const query = readListQuery(request.url?.split('?')[1] ?? '');
    sendJson(response, 200, await library.page(query, await rules.requireLister(request, query.isTrash)));
  };
  const ofAll: ReadonlyMap<string, Resource> = new Map([
    ['', { GET: list, HEAD: list }],
    ['/trash', { POST: changes.changeMany('trash') }],
    ['/restore', { POST: changes.changeMany('restore') }],
    ['/purge', { POST: changes.changeMany('purge') }],
    ['/zip', { POST: zipHandler(library, rules, logger) }],
  ]);

  const resourceAt = (path: string): Resource | null => {
    const common = ofAll.get(path);
    if (common !== undefined) return common;
    // An id has no character that a URL would escape, so nothing is ever decoded here.
    const [id = '', view, ...rest] = path.slice(1).split('/');
    if (!isRecordingId(id) || rest.length > 0) return null;
    const forViewers = (serve: Handler): Resource => {
      const handler: Handler = async (request, response) => {
        const check = await rules.requireViewer(request);
        check(await library.look(id));
        await serve(request, response);
      };
      return { GET: handler, HEAD: handler };
    };
    switch (view) {
      case undefined: {
        const show = forViewers(async (_, response) => sendJson(response, 200, await library.get(id)));
        return { ...show, PATCH: changes.edit(id), DELETE: changes.trash(id) };
      }
      case 'media':
      case 'download':
        return forViewers((request, response) => sendMedia(library, id, view, request, response));
      case 'share':
        return { POST: changes.share(id), DELETE: changes.endShares(id) };
      case 'conversation.json':
      case 'conversation.vtt':
        return forViewers((request, response) =>
          sendConversation({ library, conversations }, id, view, request, response),
        );
      default:
        return resourceOf(id, view);
    }
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

async function sendConversation(
  { library, conversations }: Pick<RouteParts, 'library' | 'conversations'>,
  id: string,
  name: ConversationFile,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = await conversations.find(id, name);
  const saved = downloadName(await library.get(id), extname(name).slice(1));
  response.setHeader('Content-Type', found.contentType);
  response.setHeader('Cache-Control', 'private, no-cache');
  response.setHeader('Content-Disposition', attachment(saved));
  if ('folder' in found && (await sendFile({ folder: found.folder, file: name }, request, response))) return;
  response.end(request.method === 'HEAD' || !('text' in found) ? undefined : found.text);
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

function fileGone(): AppError {
  return new AppError('recording-not-found', 'The file of this recording is gone.');
}

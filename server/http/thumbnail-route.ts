import type { IncomingMessage, ServerResponse } from 'node:http';
import { isChannelName } from '../../lib/show-names.ts';
import type { Access } from '../access/access.ts';
import { answerFailure, refuseMethod, sendError } from '../access/json-answers.ts';
import { identityOf } from '../access/request-identity.ts';
import type { Thumbnails } from '../broadcast/thumbnails.ts';
import type { Logger } from '../logger.ts';
import type { Route } from './http-server.ts';

/** The parts that the route needs; `thumbnails` is null while the server starts. */
type ThumbnailRouteParts = {
  live: Readonly<{ thumbnails: Pick<Thumbnails, 'find'> | null }>;
  access: Access;
  logger: Logger;
};

const address = /^\/api\/broadcasts\/([^/]+)\/thumbnail$/;

/**
 * Answers `GET /api/broadcasts/<channel>/thumbnail` with the newest preview of the broadcast, a JPEG, to those who may
 * watch it.
 */
export function createThumbnailRoute({ live, access, logger }: ThumbnailRouteParts): Route {
  return (request, response) => {
    const channel = address.exec(request.url?.split('?')[0] ?? '')?.[1];
    if (channel === undefined || !isChannelName(channel)) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuseMethod(request, response, 'GET, HEAD');
      return true;
    }
    answer(channel, request, response).catch((error: unknown) => {
      answerFailure(response, error, logger, 'A preview could not be sent');
    });
    return true;
  };

  async function answer(channel: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!access.mayWatch(await identityOf(request, access), channel)) throw access.refusal(channel);
    const thumbnail = (await live.thumbnails?.find(channel)) ?? null;
    if (thumbnail === null) {
      sendError(response, 404, { code: 'not-live', message: 'There is no preview of this channel at the moment.' });
      return;
    }
    const { bytes, version } = thumbnail;
    const tag = `"${version}"`;
    // Only the browser that may see it keeps it, until the next one is due. The address changes with each picture.
    response.setHeader('Cache-Control', 'private, max-age=10');
    response.setHeader('ETag', tag);
    if (request.headers['if-none-match'] === tag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'image/jpeg',
      'Content-Length': bytes.length,
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }
}

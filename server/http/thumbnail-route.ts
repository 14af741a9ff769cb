import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/access.ts';
import { sendError } from '../access/json-answers.ts';
import type { Thumbnails } from '../broadcast/thumbnails.ts';
import type { Logger } from '../logger.ts';
import { createChannelRoute } from './channel-route.ts';
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
export function createThumbnailRoute({ live, ...parts }: ThumbnailRouteParts): Route {
  return createChannelRoute({ ...parts, address, failure: 'A preview could not be sent', answer });

  async function answer(channel: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
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

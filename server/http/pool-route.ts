import type { IncomingMessage, ServerResponse } from 'node:http';
import { type PoolReport, type PoolView, poolPaths } from '../../lib/pool-view.ts';
import type { Access } from '../access/access.ts';
import { ownerOnly, wrongKey } from '../access/access-errors.ts';
import { answerFailure, refuseMethod, sendError, sendJson } from '../access/json-answers.ts';
import { identityOf } from '../access/request-identity.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { Logger } from '../logger.ts';
import { bearerKey } from '../storage/presenter-key.ts';
import type { Route } from './http-server.ts';

/** The media servers of a pool, in the hands of their owner. */
type Pool = {
  view(): PoolView;
  /** Both return false if there is no such media server. @throws AppError `last-media-server`, `cluster-unavailable` */
  drain(id: string): boolean | Promise<boolean>;
  undrain(id: string): boolean | Promise<boolean>;
};

/** The parts that the route inspects. */
export type PoolRouteParts = {
  access: Access;
  /** Both are null while the server starts, and there is no pool if there is only one media server. */
  live: Readonly<{ registry: BroadcastRegistry | null; pool: Pool | null }>;
  logger: Logger;
};

/**
 * Answers `GET /api/pool` with a {@link PoolReport}, for the owner: with `Authorization: Bearer <owner key>` or the
 * session cookie. `POST /api/pool/<id>/drain` empties a media server, and `…/undrain` uses it again; both need the header,
 * which other sites' pages cannot send, and answer with the new report.
 */
export function createPoolRoute(parts: PoolRouteParts): Route {
  return (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    const change = /^\/api\/pool\/([0-9a-f]{1,40})\/(drain|undrain)$/.exec(path);
    if (path !== poolPaths.report && change === null) return false;
    const [, id = '', verb] = change ?? [];
    const answering =
      change === null ? answer(request, response, parts) : alter(request, response, parts, { id, verb });
    answering.catch((error: unknown) => {
      answerFailure(response, error, parts.logger, 'The pool could not be shown or changed');
    });
    return true;
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: PoolRouteParts): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod(request, response, 'GET, HEAD');
  await requireOwner(request, parts.access, 'read-pool');
  sendReport(response, parts.live);
}

async function alter(
  request: IncomingMessage,
  response: ServerResponse,
  { access, live }: PoolRouteParts,
  { id, verb }: { id: string; verb: string | undefined },
): Promise<void> {
  if (request.method !== 'POST') return refuseMethod(request, response, 'POST');
  if (bearerKey(request) === null) throw wrongKey();
  await requireOwner(request, access, 'drain');
  const isKnown = verb === 'drain' ? await live.pool?.drain(id) : await live.pool?.undrain(id);
  if (isKnown !== false) return sendReport(response, live);
  const message = `This pool has no media server with the id ${id}. GET ${poolPaths.report} names them.`;
  sendError(response, 404, { code: 'bad-request', message });
}

/** @throws AppError `owner-only`, `wrong-key`, and as `identityOf` does */
async function requireOwner(request: IncomingMessage, access: Access, to: 'read-pool' | 'drain'): Promise<void> {
  const identity = await identityOf(request, access);
  if (access.allows(identity, { to })) return;
  throw identity.principals.some(({ role }) => role === 'presenter') ? ownerOnly() : wrongKey();
}

function sendReport(response: ServerResponse, live: PoolRouteParts['live']): void {
  const report = describePool(live);
  if (report !== null) {
    sendJson(response, 200, report);
    return;
  }
  const message = 'This server has one media server and no pool: see KURENTO_URL and EMBEDDED_PROCESSES.';
  sendError(response, 404, { code: 'no-pool', message });
}

/** The pool with the channels of its shows; `null` if there is none. */
function describePool({ registry, pool }: PoolRouteParts['live']): PoolReport | null {
  if (pool === null) return null;
  const members = pool.view().members.map(({ shows, ...member }) => ({
    ...member,
    shows: shows.map(({ channel, ...show }) => ({
      ...show,
      channel: channel ?? registry?.channelOf(show.broadcastId) ?? null,
    })),
  }));
  return { members };
}

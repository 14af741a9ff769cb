import type { IncomingMessage } from 'node:http';
import type { PoolReport, PoolView } from '../../lib/pool-view.ts';
import type { Access } from '../access/access.ts';
import { ownerOnly, wrongKey } from '../access/access-errors.ts';
import { answerFailure, refuseMethod, sendError, sendJson } from '../access/json-answers.ts';
import { identityOf } from '../access/request-identity.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { Logger } from '../logger.ts';
import type { Route } from './http-server.ts';

/** The parts that the route inspects. */
export type PoolRouteParts = {
  access: Access;
  /** Both are null while the server starts, and there is no pool if there is only one media server. */
  live: Readonly<{ registry: BroadcastRegistry | null; pool: { view(): PoolView } | null }>;
  logger: Logger;
};

/**
 * Answers `GET /api/pool` with a {@link PoolReport}, for the owner: with `Authorization: Bearer <owner key>` or the
 * session cookie.
 */
export function createPoolRoute({ access, live, logger }: PoolRouteParts): Route {
  return (request, response) => {
    if (request.url?.split('?')[0] !== '/api/pool') return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuseMethod(request, response, 'GET, HEAD');
      return true;
    }
    requireOwner(request, access).then(
      () => {
        const report = describePool(live);
        if (report !== null) return sendJson(response, 200, report);
        const message = 'This server has one media server and no pool: see KURENTO_URL and EMBEDDED_PROCESSES.';
        sendError(response, 404, { code: 'bad-request', message });
      },
      (error: unknown) => answerFailure(response, error, logger, 'The pool could not be shown'),
    );
    return true;
  };
}

/** @throws AppError `owner-only`, `wrong-key`, and as `identityOf` does */
async function requireOwner(request: IncomingMessage, access: Access): Promise<void> {
  const identity = await identityOf(request, access);
  if (access.allows(identity, { to: 'read-pool' })) return;
  throw identity.principals.some(({ role }) => role === 'presenter') ? ownerOnly() : wrongKey();
}

/** The pool with the channels of its shows; `null` if there is none. */
function describePool({ registry, pool }: PoolRouteParts['live']): PoolReport | null {
  if (pool === null) return null;
  const members = pool.view().members.map(({ shows, ...member }) => ({
    ...member,
    shows: shows.map((show) => ({ ...show, channel: registry?.channelOf(show.broadcastId) ?? null })),
  }));
  return { members };
}

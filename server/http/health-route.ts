import type { IncomingMessage } from 'node:http';
import { AppError } from '../../lib/errors.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { SignalingServer } from '../signaling/signaling-server.ts';
import { bearerKey, type RequestKeyCheck } from '../storage/presenter-key.ts';
import type { Route } from './http-server.ts';

/** The public answer of `GET /api/health`. The HTTP status is 503 unless `status` is `ok`. */
type Health = { status: 'ok' | 'media-server-unavailable' };

/** The answer to requests with `Authorization: Bearer <presenter key>`. Memory is in bytes. */
export type HealthDetails = Health & {
  broadcasts: number;
  viewers: number;
  sockets: number;
  peers: number;
  /** The active resources of the process, counted by Node's names for them: `Timeout`, `TCPSocketWrap`, … */
  resources: Record<string, number>;
  memory: { rss: number; heapUsed: number };
};

/** The parts that the route inspects; both are null while the server starts. */
export type Live = { registry: BroadcastRegistry | null; signaling: SignalingServer | null };

/** Answers `GET /api/health`, for load balancers and for the owner. */
export function createHealthRoute(parts: { live: Live; checkKeyOf: RequestKeyCheck }): Route {
  return (request, response) => {
    if (request.url?.split('?')[0] !== '/api/health') return false;
    const available = parts.live.registry?.mediaServerAvailable === true;
    const health: Health = { status: available ? 'ok' : 'media-server-unavailable' };
    const body = isOwner(request, parts.checkKeyOf) ? { ...health, ...details(parts.live) } : health;
    response.writeHead(available ? 200 : 503, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.end(JSON.stringify(body));
    return true;
  };
}

/** Whoever has given too many wrong keys gets the public answer, too. */
function isOwner(request: IncomingMessage, checkKeyOf: RequestKeyCheck): boolean {
  const key = bearerKey(request);
  try {
    return key !== null && checkKeyOf(request, key);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

function details({ registry, signaling }: Live): Omit<HealthDetails, 'status'> {
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const { rss, heapUsed } = process.memoryUsage();
  return {
    broadcasts: registry?.count ?? 0,
    viewers: (registry?.list() ?? []).reduce((sum, { viewers }) => sum + viewers, 0),
    sockets: signaling?.counts.sockets ?? 0,
    peers: signaling?.counts.peers ?? 0,
    resources,
    memory: { rss, heapUsed },
  };
}

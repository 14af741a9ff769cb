import type { Access } from '../access/access.ts';
import { sendJson } from '../access/json-answers.ts';
import { visitorOf } from '../access/request-identity.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { Visitor } from '../gates/rate-limits.ts';
import type { SignalingServer } from '../signaling/signaling-server.ts';
import { bearerKey } from '../storage/presenter-key.ts';
import type { Route } from './http-server.ts';

/** The public answer of `GET /api/health`. The HTTP status is 503 unless `status` is `ok`. */
type Health = { status: 'ok' | 'media-server-unavailable' };

/** The answer to requests with `Authorization: Bearer <owner key>`. Memory is in bytes. */
export type HealthDetails = Health & {
  broadcasts: number;
  viewers: number;
  sockets: number;
  peers: number;
  /** How many web servers there are, and whether their Redis answers; absent if there can only be one. */
  cluster?: { webServers: number; redis: 'up' | 'away' };
  /** The active resources of the process, counted by Node's names for them: `Timeout`, `TCPSocketWrap`, … */
  resources: Record<string, number>;
  memory: { rss: number; heapUsed: number };
};

/** The parts that the route inspects; both are null while the server starts. */
export type Live = {
  registry: BroadcastRegistry | null;
  signaling: SignalingServer | null;
  cluster?: { readonly others: ReadonlySet<string>; readonly redisState: 'up' | 'away' } | null;
};

/** Answers `GET /api/health`, for load balancers and for the owner. */
export function createHealthRoute({ live, access }: { live: Live; access: Access }): Route {
  return (request, response) => {
    if (request.url?.split('?')[0] !== '/api/health') return false;
    const available = live.registry?.mediaServerAvailable === true;
    const health: Health = { status: available ? 'ok' : 'media-server-unavailable' };
    const key = bearerKey(request);
    const knows = key === null ? Promise.resolve(false) : isOwner(access, key, visitorOf(request, access));
    void knows.then((isAllowed) => {
      sendJson(response, available ? 200 : 503, isAllowed ? { ...health, ...details(live) } : health);
    });
    return true;
  };
}

/** Whether the key allows to read the details. A wrong one gets the public answer, so that monitors still work. */
async function isOwner(access: Access, key: string, visitor: Visitor): Promise<boolean> {
  try {
    return access.allows(await access.identify(key, visitor), { to: 'read-health' });
  } catch {
    return false;
  }
}

function details({ registry, signaling, cluster }: Live): Omit<HealthDetails, 'status'> {
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const { rss, heapUsed } = process.memoryUsage();
  return {
    broadcasts: registry?.count ?? 0,
    viewers: (registry?.list() ?? []).reduce((sum, { viewers }) => sum + viewers, 0),
    sockets: signaling?.counts.sockets ?? 0,
    peers: signaling?.counts.peers ?? 0,
    ...(cluster && { cluster: { webServers: cluster.others.size + 1, redis: cluster.redisState } }),
    resources,
    memory: { rss, heapUsed },
  };
}

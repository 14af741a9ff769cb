import type { PoolReport } from '../../lib/pool-view.ts';
import { waitingSocketsOf } from '../platform/socket-table.ts';
import { findMediaServer } from './media-server-process.ts';

/** How many embedded media servers make the pool, how many viewers of a show each of them takes, and how many edges it feeds. */
export type PoolSize = { mediaServers: number; viewersPerMediaServer: number; edgesPerMediaServer: number };

/** What a media server is to a show: the presenter sends to the origin, and an edge gets the show from there. */
export type Role = 'origin' | 'edge' | 'none';

/** A media server of a pool, as it is to one show. */
export type PoolPlace = {
  /** Its process. */
  pid: number;
  role: Role;
  /** Over how many bridges it gets the show: 0 for the origin, and where the show is not. */
  depth: number;
  /** The UDP ports at which it is reached. */
  udpPorts: readonly number[];
};

/** The settings with which Rostrum starts such a pool. */
export function poolSettings(size: PoolSize): Record<string, string> {
  return {
    EMBEDDED_PROCESSES: `${size.mediaServers}`,
    VIEWERS_PER_MEDIA_SERVER: `${size.viewersPerMediaServer}`,
    EDGES_PER_MEDIA_SERVER: `${size.edgesPerMediaServer}`,
  };
}

/**
 * The media servers that Rostrum at `url`, with the process `webPid`, runs, and what each is to the show on `channel`
 * now. They come in the order of their start. `key` is the owner key. Linux only.
 * @throws Error if there is no pool, or a process is missing, as in the moment after one was killed
 */
export async function readPoolPlaces(
  { url, key, webPid }: { url: string; key: string; webPid: number },
  channel: string,
): Promise<PoolPlace[]> {
  const response = await fetch(`${url}/api/pool`, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`The pool cannot be read: the server answered ${response.status}.`);
  // This is the server's own type.
  const { members } = (await response.json()) as PoolReport;
  const sites = new Map(members.map(({ id, shows }) => [id, shows.find((show) => show.channel === channel)]));
  const depthOf = (id: string): number => {
    const parent = sites.get(id)?.parent ?? null;
    return parent === null ? 0 : depthOf(parent) + 1;
  };
  return await Promise.all(
    members.map(async ({ id, name }) => {
      const role = sites.get(id)?.role ?? 'none';
      return await placeOf(await findMediaServer(webPid, name), role, depthOf(id));
    }),
  );
}

/** The place of a media server that is alone, and so the origin of every show. Linux only. */
export function readOnlyPlace(pid: number): Promise<PoolPlace> {
  return placeOf(pid, 'origin', 0);
}

async function placeOf(pid: number, role: Role, depth: number): Promise<PoolPlace> {
  const sockets = await waitingSocketsOf([pid]);
  return { pid, role, depth, udpPorts: sockets.filter(({ protocol }) => protocol === 'UDP').map(({ port }) => port) };
}

/** The place to which a viewer is connected who reaches the media server at `mediaPort`; `null` if it is none of them. */
export function placeAt(places: readonly PoolPlace[], mediaPort: number | null): PoolPlace | null {
  if (mediaPort === null) return null;
  return places.find(({ udpPorts }) => udpPorts.includes(mediaPort)) ?? null;
}

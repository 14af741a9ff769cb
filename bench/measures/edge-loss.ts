import { Closer } from '../../server/closer.ts';
import { ResilientPresenter } from '../load/resilient-presenter.ts';
import { ResilientViewer } from '../load/resilient-viewer.ts';
import { wait } from '../platform/clock.ts';
import type { FaultyServer } from '../servers/faulty-server.ts';
import { type PoolPlace, placeAt, readPoolPlaces } from '../servers/media-pool.ts';
import { waitForPictures } from './picture-return.ts';

/** Long enough for everybody to watch in peace, in milliseconds. */
const settleMs = 5_000;

/** What the death of an edge did to a show. */
type EdgeLoss = {
  /** From the death to the first keyframe over another connection, for each viewer of the edge, in milliseconds. */
  timesMs: number[];
  /** How many of the other viewers had to connect again; none should. */
  othersHit: number;
};

/**
 * Begins a show on a pool that has room for about half of the `viewers` at its origin, kills the media server of an edge
 * as a crash would, and ends the show when its viewers are back. Linux only.
 * @throws Error if the show has no edge with viewers, or one of them does not come back
 */
export async function measureEdgeLoss(server: FaultyServer, channel: string, viewers: number): Promise<EdgeLoss> {
  const closer = new Closer();
  try {
    const { url, key } = server;
    const presenter = await closer.own(ResilientPresenter.start({ url }, { key, channel }));
    const audience: ResilientViewer[] = [];
    for (let index = 0; index < viewers; index += 1) {
      audience.push(await closer.own(ResilientViewer.watch({ url }, channel)));
    }
    await waitForPictures(audience, 0);
    await wait(settleMs);
    const { pid, hit } = fullestEdge(await readPoolPlaces(server, channel), audience);
    const others = audience.filter((viewer) => !hit.includes(viewer));
    const rejoinsBefore = others.map(({ rejoins }) => rejoins);
    const faultMs = Date.now();
    process.kill(pid, 'SIGKILL');
    const timesMs = await waitForPictures(hit, faultMs);
    const othersHit = others.filter(({ rejoins }, index) => rejoins !== rejoinsBefore[index]).length;
    await presenter.stop();
    return { timesMs, othersHit };
  } finally {
    await closer.close();
  }
}

/** The edge with most viewers, and those viewers. */
function fullestEdge(places: readonly PoolPlace[], audience: readonly ResilientViewer[]) {
  const [fullest] = places
    .filter(({ role }) => role === 'edge')
    .map(({ pid }) => ({ pid, hit: audience.filter(({ mediaPort }) => placeAt(places, mediaPort)?.pid === pid) }))
    .toSorted((one, other) => other.hit.length - one.hit.length);
  if (fullest === undefined || fullest.hit.length === 0) throw new Error('No viewer of the show is on an edge.');
  return fullest;
}

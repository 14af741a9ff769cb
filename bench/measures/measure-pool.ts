import { Closer } from '../../server/closer.ts';
import type { PoolResult } from '../figures/pool-tables.ts';
import { openLoadedShow, summedJoins } from '../load/loaded-show.ts';
import {
  audiencesByDepth,
  audienceWith,
  mergedJoins,
  type PlacedJoins,
  placedJoins,
  viewersOn,
} from '../load/pool-audiences.ts';
import { wait } from '../platform/clock.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';
import { type PoolPlace, readOnlyPlace, readPoolPlaces } from '../servers/media-pool.ts';
import { type Load, measureLoad } from './measure-load.ts';

/** Time in which a show that was stopped ends on all media servers, in milliseconds. */
const endedMs = 1_000;

/**
 * Measures a show on a pool of embedded media servers, or on a single one. Before it, all the same viewers join
 * `shows` - 1 other shows, one after the other, of which only the joins count. Linux only.
 * @throws Error if it cannot be found out where the viewers are
 */
export async function measurePool(
  server: MeasuredServer,
  load: Load,
  shows: number,
  signal: AbortSignal,
): Promise<PoolResult> {
  const joins: PlacedJoins[] = [];
  for (let show = 1; show < shows; show += 1) {
    joins.push(await measureJoinsOf(server, `bench-${process.pid}-show-${show}`, load, signal));
  }
  let places: PoolPlace[] = [];
  const result = await measureLoad(server, load, signal, async (channel) => {
    places = await readPlaces(server, channel);
  });
  joins.push(placedJoins(result.joins, places));
  return {
    ...result,
    server: 'rostrum',
    mediaServers: server.mediaPids.length,
    viewersOn: viewersOn(places, result.audiences),
    origin: audienceWith('origin', result.audiences, places),
    edges: audienceWith('edge', result.audiences, places),
    byDepth: audiencesByDepth(result.audiences, places),
    placedJoins: mergedJoins(joins),
  };
}

async function measureJoinsOf(
  server: MeasuredServer,
  channel: string,
  load: Load,
  signal: AbortSignal,
): Promise<PlacedJoins> {
  const closer = new Closer();
  try {
    const { presenter, joined } = await openLoadedShow(server, channel, load, closer, signal);
    const { joins, failures } = summedJoins(joined);
    if (failures.length > 0) throw new Error(`A viewer could not join: ${failures[0]}`);
    const places = await readPlaces(server, channel);
    await presenter.call('stop', {});
    await wait(endedMs, signal);
    return placedJoins(joins, places);
  } finally {
    await closer.close();
  }
}

async function readPlaces({ target, key, mediaPids, webPid }: MeasuredServer, channel: string): Promise<PoolPlace[]> {
  const [only] = mediaPids;
  if (only !== undefined && mediaPids.length === 1) return [await readOnlyPlace(only)];
  if (webPid === null) throw new Error('A pool can be measured only if it was started for that.');
  return await readPoolPlaces({ url: target.url, key, webPid }, channel);
}

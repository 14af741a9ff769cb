import { afterEach, beforeEach, expect, it } from 'vitest';
import { kill, PoolRig } from './testing/pool-rig.ts';
import { PooledShows } from './testing/pooled-shows.ts';

/* Whole shows on a pool: the domain as it is, real media servers and real peers. */

let pools: PoolRig;
beforeEach(() => {
  pools = new PoolRig();
});
afterEach(() => pools.close());

it('a show whose origin dies goes on on another media server, with all viewers on edges, and one elsewhere notices nothing', async () => {
  const servers = await pools.startServers(3);
  const { pool, sites, serverOf, told } = await pools.openPool(servers, { viewersPerServer: 1 });
  const shows = new PooledShows(pools, pool);
  const start = async (channel: string) => {
    const started = await shows.start(channel);
    await expect.poll(() => started.broadcast.phase).toBe('live');
    return started;
  };

  const one = await start('one');
  const dying = serverOf('origin 0');
  const [lost, kept] = [await shows.watch(one.broadcast), await shows.watch(one.broadcast)];
  await Promise.all([lost, kept].map(({ peer }) => peer.receives('video', 10)));
  expect(sites().flat().sort()).toEqual(['edge 1', 'origin 1']);
  const other = await start('other');
  const undisturbed = await shows.watch(other.broadcast);
  await undisturbed.peer.receives('video', 10);
  expect(sites()[dying]).toEqual(['origin 1']);

  kill(servers[dying]);
  for (const { peer, closed } of [one.presenter, lost]) {
    await peer.conditions.until('the end of the link', () => closed.length > 0);
    expect(closed).toMatchObject([{ code: 'media-server-unavailable' }]);
  }
  expect(one.broadcast.view()).toMatchObject({ phase: 'interrupted', interruption: { by: 'media-server' } });
  expect(shows.registry.mediaServerAvailable).toBe(true);

  const waiting = shows.watch(one.broadcast);
  const again = await shows.resume(one.broadcast);
  const back = await waiting;
  await back.peer.receives('video', 10);
  await kept.peer.receives('video', kept.peer.received.video + 10);
  expect(one.broadcast.phase).toBe('live');
  await undisturbed.peer.receives('video', 10);
  const ends = [other.presenter, undisturbed, again, back, kept].flatMap(({ closed }) => closed);
  expect([...ends, ...told]).toEqual([]);
}, 60_000);

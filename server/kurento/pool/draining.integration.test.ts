import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PoolRig } from './testing/pool-rig.ts';
import { PooledShows, type ShowPerson } from './testing/pooled-shows.ts';

/* Media servers that are emptied before they are stopped, with whole shows on them. */

let pools: PoolRig;
beforeEach(() => {
  pools = new PoolRig();
});
afterEach(() => pools.close());

/** A show on some media servers, and one of its viewers on an edge. */
async function open({ count = 3, deafPresenter = false, deafViewers = false } = {}) {
  const servers = await pools.openServers(count);
  const opened = await pools.openPool(servers, { viewersPerServer: 2, moveTimeoutMs: deafViewers ? 500 : 4_000 });
  const shows = new PooledShows(pools, opened.pool);
  const { broadcast, presenter } = await shows.start('one', { isDeaf: deafPresenter });
  await expect.poll(() => broadcast.phase).toBe('live');
  const viewers: ShowPerson[] = [];
  for (let count = 1; count <= 3; count += 1) viewers.push(await shows.watch(broadcast, { isDeaf: deafViewers }));
  await Promise.all(viewers.map(({ peer }) => peer.receives('video', 10)));
  const members = () => opened.pool.view().members;
  const drains = () => members().map(({ drain }) => drain);
  const drain = (index: number) => opened.pool.drain(members()[index]?.id ?? '');
  const objects = (index: number) => servers[index]?.counts().objects;
  const seeing = () =>
    Promise.all(
      viewers.flatMap(({ peer }) => [
        peer.receives('video', peer.received.video + 25),
        peer.receives('audio', peer.received.audio + 50),
      ]),
    );
  return { ...opened, shows, broadcast, presenter, viewers, drains, drain, objects, seeing };
}

describe('a media server that is drained', () => {
  it('gives its viewers to another one, each without a moment between two links, and says when it is empty', async () => {
    const { serverOf, drains, drain, objects, sites, viewers, seeing, rig, broadcast, presenter } = await open();
    const index = serverOf('edge 1');
    drain(index);
    await expect.poll(() => drains()[index], { timeout: 10_000 }).toBe('drained');
    await expect.poll(() => objects(index)).toBe(0);
    expect(viewers.map(({ moves }) => moves)).toEqual([0, 0, 1]);
    expect(broadcast.audience.size).toBe(3);
    await seeing();
    // Nothing new comes here, although it is the emptiest.
    await rig.openPipeline();
    await rig.openPipeline();
    expect(sites()[index]).toEqual([]);
    expect([...viewers, presenter].flatMap(({ closed }) => closed)).toEqual([]);
  }, 40_000);

  it('gives the show of which it is the origin to another one, and no viewer loses a link', {
    tags: ['long'],
    timeout: 60_000,
  }, async () => {
    const { serverOf, drains, drain, objects, viewers, seeing, broadcast, presenter } = await open();
    const index = serverOf('origin 2');
    drain(index);
    await expect.poll(() => drains()[index], { timeout: 15_000 }).toBe('drained');
    await expect.poll(() => objects(index)).toBe(0);
    expect(presenter.moves).toBe(1);
    // Those on the edge stayed: another media server feeds it now.
    expect(viewers.map(({ moves }) => moves)).toEqual([1, 1, 0]);
    await seeing();
    expect(broadcast.phase).toBe('live');
    expect([...viewers, presenter].flatMap(({ closed }) => closed)).toEqual([]);
  });

  it('gives its show to the media server of an edge if there is no other', {
    tags: ['long'],
    timeout: 60_000,
  }, async () => {
    const { serverOf, drains, drain, objects, sites, viewers, seeing, presenter } = await open({ count: 2 });
    const index = serverOf('origin 2');
    drain(index);
    await expect.poll(() => drains()[index], { timeout: 15_000 }).toBe('drained');
    await expect.poll(() => objects(index)).toBe(0);
    expect(sites()[1 - index]).toEqual(['origin 3']);
    expect(viewers.map(({ moves }) => moves)).toEqual([1, 1, 0]);
    await seeing();
    expect([...viewers, presenter].flatMap(({ closed }) => closed)).toEqual([]);
  });

  it('ends the links of those who do not move, who then find another media server', {
    tags: ['long'],
    timeout: 60_000,
  }, async () => {
    const { serverOf, drains, drain, viewers, shows, broadcast, pool } = await open({ count: 2, deafViewers: true });
    const index = serverOf('edge 1');
    drain(index);
    await expect
      .poll(() => viewers[2]?.closed, { timeout: 30_000 })
      .toMatchObject([{ code: 'media-server-unavailable' }]);
    await expect.poll(() => drains()[index]).toBe('drained');
    const again = await shows.watch(broadcast);
    await again.peer.receives('video', 10);
    expect(drains()[index]).toBe('drained');
    const other = pool.view().members[1 - index]?.id ?? '';
    expect(() => pool.drain(other)).toThrow(expect.objectContaining({ code: 'last-media-server' }));
  });
});

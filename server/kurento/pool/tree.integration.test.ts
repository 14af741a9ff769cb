import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectMedia } from '../../recordings/media-file.ts';
import type { Joined } from '../testing/contract-rig.ts';
import { letViewersComeLate } from './testing/late-viewers.ts';
import { kill, type OpenPool, PoolRig } from './testing/pool-rig.ts';
import { PooledShows, type ShowPerson } from './testing/pooled-shows.ts';

/* Edges that are fed by other edges. A media server feeds one edge here, and the origin has no viewers: so the first edge
   is one bridge away from the presenter, the next one two, and so on. */

let pools: PoolRig;
beforeEach(() => {
  pools = new PoolRig();
});
afterEach(() => pools.close());

const chain = { viewersAtOrigin: 0, viewersPerServer: 1, edgesPerServer: 1 };

const goesOn = ({ peer }: Pick<Joined, 'peer'> | Pick<ShowPerson, 'peer'>) =>
  Promise.all([peer.receives('video', peer.received.video + 25), peer.receives('audio', peer.received.audio + 50)]);

/** The sites of the only show, each with the way by which it gets the show, as indexes of media servers, such as `2<0<1`. */
function waysOf({ pool }: OpenPool): string[] {
  const { members } = pool.view();
  const wayTo = (id: string): string => {
    const index = members.findIndex((member) => member.id === id);
    const parent = members[index]?.shows[0]?.parent ?? null;
    return parent === null ? `${index}` : `${wayTo(parent)}<${index}`;
  };
  return members.filter(({ shows }) => shows.length > 0).map(({ id }) => wayTo(id).split('<').toReversed().join('<'));
}

/** The indexes of the media servers, from the origin to the one that is furthest away. */
function furthest(opened: OpenPool): number[] {
  const ways = waysOf(opened).toSorted((one, other) => other.length - one.length);
  return (ways[0] ?? '').split('<').map(Number).toReversed();
}

/** A presenter, and a viewer on each of two edges, of which one feeds the other. */
async function openChain(opened: OpenPool, options: { isLarge?: boolean } = {}) {
  const pipeline = await opened.rig.openPipeline();
  const presenter = await opened.rig.presents(pipeline, options);
  const near = await opened.rig.watches(pipeline);
  const far = await opened.rig.watches(pipeline);
  const [origin = -1, middle = -1, last = -1] = furthest(opened);
  return { pipeline, presenter, near, far, origin, middle, last };
}

/** The same with people who make another link when they are asked to. */
async function openShow(opened: OpenPool) {
  const shows = new PooledShows(pools, opened.pool);
  const { broadcast, presenter } = await shows.start('one');
  await expect.poll(() => broadcast.phase).toBe('live');
  const near = await shows.watch(broadcast);
  const far = await shows.watch(broadcast);
  await Promise.all([near, far].map(goesOn));
  const [origin = -1, middle = -1, last = -1] = furthest(opened);
  return { shows, broadcast, presenter, near, far, origin, middle, last };
}

describe('viewers who are two bridges away from the presenter', () => {
  it('see and hear the show', async () => {
    const opened = await pools.openPool(await pools.startServers(3), chain);
    const { near, far, origin, middle, last } = await openChain(opened);
    expect(new Set(waysOf(opened))).toEqual(
      new Set([`${origin}`, `${middle}<${origin}`, `${last}<${middle}<${origin}`]),
    );
    await Promise.all([near, far].map(goesOn));
    expect([near, far].flatMap(({ failures, unplayable }) => [...failures, ...unplayable])).toEqual([]);
  }, 40_000);

  it('have a keyframe at once when they come late', { tags: ['long'], timeout: 40_000 }, async () => {
    const { rig } = await pools.openPool(await pools.startServers(3), chain);
    await letViewersComeLate(rig, 3);
  });

  it('ask the presenter for one keyframe together', { tags: ['long'], timeout: 40_000 }, async () => {
    const opened = await pools.openPool(await pools.startServers(3), { ...chain, viewersPerServer: 6 });
    const pipeline = await opened.rig.openPipeline();
    const presenter = await opened.rig.presents(pipeline);
    for (let count = 1; count <= 6; count += 1) await opened.rig.watches(pipeline);
    const first = await opened.rig.watches(pipeline);
    expect(furthest(opened)).toHaveLength(3);
    // More than a second, so that the last keyframe is too old to be sent again.
    await goesOn(first);
    await goesOn(first);
    const before = presenter.peer.keyframeRequests;
    const late = await Promise.all(Array.from({ length: 5 }, () => opened.rig.watches(pipeline)));
    for (const { peer } of late) await peer.conditions.until('a keyframe', () => peer.keyframes > 0, 2_500);
    const asked = presenter.peer.keyframeRequests - before;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(5);
  });

  it('get another tier of the picture over bridges of its own, all the way', {
    tags: ['long'],
    timeout: 40_000,
  }, async () => {
    const servers = await pools.openServers(3);
    const opened = await pools.openPool(servers, chain);
    const { pipeline, near, far, origin, middle, last } = await openChain(opened, { isLarge: true });
    const objects = () => [origin, middle, last].map((index) => servers[index]?.counts().objects);
    await opened.rig.sendsTier(pipeline, 'low');
    await Promise.all([near, far].map(goesOn));
    // Each has a pipeline; and a pass-through and a presenter for each tier with one bridge from there; then a
    // pass-through, a bridge to it and one from it, and a viewer; then the same without a further bridge.
    expect(objects()).toEqual([6, 5, 4]);
    await far.link.select('low');
    await far.peer.conditions.until('the low tier', () => far.peer.width === 320);
    expect(objects()).toEqual([7, 8, 6]);
    await goesOn(far);
    expect(near.peer.width).toBe(640);
  });
});

describe('an edge that feeds another one', () => {
  it('and dies, takes no viewer of that one along', async () => {
    const servers = await pools.startServers(3);
    const opened = await pools.openPool(servers, chain);
    const { near, far, origin, middle, last, presenter } = await openChain(opened);
    await Promise.all([near, far].map(goesOn));
    kill(servers[middle]);
    await near.peer.conditions.until('the failure of the link', () => near.failures.length > 0, 5_000);
    await expect.poll(() => waysOf(opened)).toContain(`${last}<${origin}`);
    await goesOn(far);
    expect([...far.failures, ...presenter.failures, ...opened.rig.pipelineFailures]).toEqual([]);
  }, 40_000);

  it('stays for that one, without viewers of its own, and not longer', {
    tags: ['long'],
    timeout: 40_000,
  }, async () => {
    const servers = await pools.openServers(3);
    const opened = await pools.openPool(servers, { ...chain, edgeIdleTimeoutMs: 300 });
    const { near, far, origin, middle, last } = await openChain(opened);
    await Promise.all([near, far].map(goesOn));
    await near.leave();
    // More than the time after which it would have ended.
    await goesOn(far);
    await goesOn(far);
    expect(opened.sites()[middle]).toEqual(['edge 0']);
    await far.leave();
    await expect.poll(() => opened.sites().flat()).toEqual(['origin 0']);
    const objects = () => [origin, middle, last].map((index) => servers[index]?.counts().objects);
    await expect.poll(objects).toEqual([3, 0, 0]);
  });

  it('is drained without a new link for the viewers of that one', { tags: ['long'], timeout: 60_000 }, async () => {
    const servers = await pools.openServers(4);
    const opened = await pools.openPool(servers, { ...chain, moveTimeoutMs: 4_000 });
    const { near, far, presenter, origin, middle, last } = await openShow(opened);
    const members = () => opened.pool.view().members;
    opened.pool.drain(members()[middle]?.id ?? '');
    await expect.poll(() => members()[middle]?.drain, { timeout: 15_000 }).toBe('drained');
    await expect.poll(() => servers[middle]?.counts().objects).toBe(0);
    expect([near.moves, far.moves]).toEqual([1, 0]);
    expect(waysOf(opened)).toContain(`${last}<${origin}`);
    await Promise.all([near, far].map(goesOn));
    expect([near, far, presenter].flatMap(({ closed }) => closed)).toEqual([]);
  });
});

describe('the origin', () => {
  it('that dies is replaced, and viewers on edges keep their links until the presenter is back', async () => {
    const servers = await pools.startServers(4);
    const opened = await pools.openPool(servers, chain);
    const { shows, broadcast, presenter, near, far, origin, middle, last } = await openShow(opened);
    kill(servers[origin]);
    await presenter.peer.conditions.until('the end of the link', () => presenter.closed.length > 0, 5_000);
    expect(presenter.closed).toMatchObject([{ code: 'media-server-unavailable' }]);
    await shows.resume(broadcast);
    await Promise.all([near, far].map(goesOn));
    const [next, ...others] = furthest(opened);
    expect(next).not.toBe(origin);
    expect(others).toEqual([middle, last]);
    expect(broadcast.phase).toBe('live');
    expect([near, far].flatMap(({ closed }) => closed)).toEqual([]);
  }, 60_000);

  it('that dies is recorded from then on where it is replaced', { tags: ['long'], timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'replaced-origin-'));
    pools.own(() => rm(folder, { recursive: true, force: true }));
    const servers = await pools.startServers(3);
    const opened = await pools.openPool(servers, chain);
    const { pipeline, presenter, far, origin } = await openChain(opened);
    const record = async (name: string) => {
      const told: string[] = [];
      const tell = (what: string) => () => {
        told.push(what);
        far.peer.conditions.changed();
      };
      const listener = { recording: tell('recording'), outdated: tell('outdated'), failed: tell('failed') };
      const file = join(folder, name);
      const { codecs } = presenter.link;
      const kinds = ['audio', 'video'] as const;
      const recorder = await pipeline.startRecording({ uri: pathToFileURL(file).href, codecs, kinds, listener });
      return { told, file, recorder };
    };
    const before = await record('before.webm');
    await far.peer.conditions.until('recording', () => before.told.length > 0);
    await goesOn(far);
    kill(servers[origin]);
    await far.peer.conditions.until('the end of the recorder', () => before.told.length > 1, 5_000);
    expect(before.told).toEqual(['recording', 'outdated']);
    expect(presenter.failures).toMatchObject([{ code: 'media-server-unavailable' }]);
    await before.recorder.close();
    const after = await record('after.webm');
    await opened.rig.presents(pipeline);
    await far.peer.conditions.until('recording', () => after.told.length > 0);
    await goesOn(far);
    await after.recorder.stop();
    expect((await inspectMedia(after.file))?.codecs).toHaveLength(2);
    expect((await inspectMedia(before.file))?.codecs).toHaveLength(2);
    expect([...after.told, ...far.failures, ...opened.rig.pipelineFailures]).toEqual(['recording']);
  });

  it('that dies is replaced by an edge if there is no other media server', {
    tags: ['long'],
    timeout: 60_000,
  }, async () => {
    const servers = await pools.startServers(3);
    const opened = await pools.openPool(servers, chain);
    const { shows, broadcast, presenter, near, far, origin } = await openShow(opened);
    kill(servers[origin]);
    await presenter.peer.conditions.until('the end of the link', () => presenter.closed.length > 0, 5_000);
    await shows.resume(broadcast);
    await Promise.all([near, far].map(goesOn));
    expect(furthest(opened)).toHaveLength(2);
    expect([near, far].flatMap(({ closed }) => closed)).toEqual([]);
  });

  it('is drained without a new link for viewers on edges, however far away', {
    tags: ['long'],
    timeout: 60_000,
  }, async () => {
    const servers = await pools.openServers(4);
    const opened = await pools.openPool(servers, { ...chain, moveTimeoutMs: 4_000 });
    const { near, far, presenter, origin, middle, last } = await openShow(opened);
    const members = () => opened.pool.view().members;
    opened.pool.drain(members()[origin]?.id ?? '');
    await expect.poll(() => members()[origin]?.drain, { timeout: 15_000 }).toBe('drained');
    await expect.poll(() => servers[origin]?.counts().objects).toBe(0);
    expect([presenter.moves, near.moves, far.moves]).toEqual([1, 0, 0]);
    const [next, ...others] = furthest(opened);
    expect(next).not.toBe(origin);
    expect(others).toEqual([middle, last]);
    await Promise.all([near, far].map(goesOn));
    expect([near, far, presenter].flatMap(({ closed }) => closed)).toEqual([]);
  });
});

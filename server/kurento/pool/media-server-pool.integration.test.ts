import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../../embedded-kurento/media-server.ts';
import { isAvInstalled } from '../../embedded-kurento/transcoding/process/av-library.ts';
import { openLogger } from '../../logger.ts';
import { freeTcpPort } from '../../testing/free-port.ts';
import { describeMediaGateway } from '../media-gateway.contract.ts';
import { openMediaServerPool } from './media-server-pool.ts';
import { kill, PoolRig } from './testing/pool-rig.ts';

const nobody = { lost() {}, regained() {} };
const common = { instanceId: 'test', logger: openLogger('silent'), listener: nobody, viewersPerServer: 100 };

/** Declares the suite for pools of two embedded servers, each with this budget for transcoding. */
function describePools(maxTranscodes: number): void {
  let servers: MediaServer[];
  const abilities = { mixes: maxTranscodes > 0, transcodes: maxTranscodes > 0 };

  beforeAll(async () => {
    servers = await Promise.all([1, 2].map(() => openMediaServer({ log: () => {}, maxTranscodes })));
  });
  afterAll(async () => {
    // The suite's pools have closed by now, and must have left nothing behind.
    expect(servers.map((server) => server.counts().objects)).toEqual([0, 0]);
    await Promise.all(servers.map((server) => server.close()));
  });

  describeMediaGateway('the pool with every viewer on an edge', abilities, () =>
    openMediaServerPool({ ...common, servers, viewersAtOrigin: 0 }),
  );
  describeMediaGateway('the pool with room for all at the origin', abilities, () =>
    openMediaServerPool({ ...common, servers }),
  );
}

// Each takes a minute. The links are those of a single media server, which its own suite shows.
const slow = { tags: ['long'], timeout: 60_000 };
describe('with two embedded media servers, as a media gateway', slow, () => describePools(0));
describe.skipIf(!isAvInstalled())('with two embedded media servers that transcode, as a media gateway', slow, () =>
  describePools(4),
);

let pools: PoolRig;
beforeEach(() => {
  pools = new PoolRig();
});
afterEach(() => pools.close());

describe('a pool', () => {
  it('spreads shows over its media servers', async () => {
    const { rig, sites } = await pools.openPool(await pools.startServers(2));
    await Promise.all([1, 2, 3, 4].map(() => rig.openPipeline()));
    expect(sites()).toEqual([
      ['origin 0', 'origin 0'],
      ['origin 0', 'origin 0'],
    ]);
  });

  it('moves the shows of a media server that dies at once, and leaves the others alone', async () => {
    const servers = await pools.startServers(2);
    const { rig, told, sites, serverOf } = await pools.openPool(servers);
    const doomed = await rig.openPipeline();
    const dying = serverOf('origin 0');
    const kept = await rig.openPipeline();
    const presenters = [await rig.presents(doomed), await rig.presents(kept)] as const;
    const watching = await rig.watches(kept);
    await watching.peer.receives('video', 10);
    kill(servers[dying]);
    await expect.poll(() => rig.pipelineFailures).toMatchObject([{ code: 'media-server-unavailable' }]);
    expect(told).toEqual([]);
    const next = await rig.openPipeline();
    await doomed.close();
    expect([sites()[dying], sites()[1 - dying]]).toEqual([[], ['origin 1', 'origin 0']]);
    await rig.presents(next);
    const viewer = await rig.watches(next);
    await Promise.all([viewer.peer.receives('video', 10), watching.peer.receives('video', 10)]);
    expect([watching.failures, presenters[1].failures]).toEqual([[], []]);
  }, 40_000);

  it('uses a media server again some time after it came back, and at once if there is no other', {
    tags: ['long'],
  }, async () => {
    const servers = await pools.startServers(2);
    const { rig, sites, serverOf, health } = await pools.openPool(servers, { probationMs: 4_000 });
    await rig.openPipeline();
    const dying = serverOf('origin 0');
    kill(servers[dying]);
    await expect.poll(() => rig.pipelineFailures.length).toBe(1);
    await expect.poll(health).toEqual(['up', 'up']);
    await rig.openPipeline();
    await rig.openPipeline();
    expect(sites()[1 - dying]).toEqual(['origin 0', 'origin 0']);
    const opensThere = async () => {
      await rig.openPipeline();
      return (sites()[dying] ?? []).length > 1;
    };
    await expect.poll(opensThere, { timeout: 15_000, interval: 1_000 }).toBe(true);
    kill(servers[1 - dying]);
    await expect.poll(() => rig.pipelineFailures.length).toBeGreaterThan(1);
    const before = sites()[dying]?.length ?? 0;
    await rig.openPipeline();
    expect(sites()[dying]?.length).toBe(before + 1);
  });

  it('is lost when its last media server is, and regained with the first', async () => {
    const servers = await pools.openServers(2);
    const { rig, told, sites, conditions } = await pools.openPool(servers);
    for (const server of servers) await server.close();
    await conditions.until('it is lost', () => told.length > 0);
    await expect(rig.openPipeline()).rejects.toMatchObject({ code: 'media-server-unavailable' });
    const port = Number(new URL(servers[1]?.url ?? '').port);
    const next = await openMediaServer({ log: () => {}, port });
    pools.own(() => next.close());
    await conditions.until('it is regained', () => told.length > 1);
    expect(told).toEqual(['lost', 'regained']);
    await rig.openPipeline();
    expect(sites()).toEqual([[], ['origin 0']]);
  }, 30_000);

  it('opens as long as one media server answers, and takes the other in later', async () => {
    const port = await freeTcpPort();
    const url = `ws://127.0.0.1:${port}/kurento`;
    const { pool, rig, health, sites } = await pools.openPool([{ url }, ...(await pools.startServers(1))]);
    expect(health()).toEqual(['unreached', 'up']);
    expect(pool.view().members[0]).toMatchObject({ name: url, shows: [] });
    await rig.openPipeline();
    expect(sites()).toEqual([[], ['origin 0']]);
    const late = await openMediaServer({ log: () => {}, port });
    pools.own(() => late.close());
    await expect.poll(health).toEqual(['up', 'up']);
    await rig.openPipeline();
    expect(sites()).toEqual([['origin 0'], ['origin 0']]);
  }, 40_000);

  it('does not open if no media server answers, and says where there should be one', async () => {
    const ports = await Promise.all([freeTcpPort(), freeTcpPort()]);
    const servers = ports.map((port) => ({ url: `ws://127.0.0.1:${port}/kurento?secret=hidden` }));
    const opening = openMediaServerPool({ ...common, servers, connectTimeoutMs: 500 });
    await expect(opening).rejects.toMatchObject({
      code: 'media-server-unavailable',
      message: expect.stringContaining(`No media server answers at ws://127.0.0.1:${ports[0]}/kurento:`),
    });
  });

  it('reports how much each media server has to do', async () => {
    const { pool, rig } = await pools.openPool(await pools.startServers(2), { viewersPerServer: 4 });
    const pipeline = await rig.openPipeline();
    const viewer = await rig.watches(pipeline);
    const member = pool.view().members.find(({ shows }) => shows.length > 0);
    expect(member).toMatchObject({ health: 'up', load: { endpoints: 2 }, shows: [{ role: 'origin', viewers: 1 }] });
    expect(member?.load.share).toBeGreaterThanOrEqual(0.5);
    expect(member?.name).not.toContain('secret');
    await expect.poll(() => pool.view().members.every(({ load }) => load.usedCpu !== null)).toBe(true);
    await viewer.leave();
    const endpoints = () => pool.view().members.map(({ load }) => load.endpoints);
    expect(Math.max(...endpoints())).toBe(1);
    await pipeline.close();
    expect(endpoints()).toEqual([0, 0]);
  });
});

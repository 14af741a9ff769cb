import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMediaServer } from '../../embedded-kurento/media-server.ts';
import type { Joined } from '../testing/contract-rig.ts';
import { letViewersComeLate } from './testing/late-viewers.ts';
import { kill, PoolRig } from './testing/pool-rig.ts';

/* Viewers on other media servers than their presenter. What every link must do is in the contract, which also runs with
   every viewer on an edge. */

let pools: PoolRig;
beforeEach(() => {
  pools = new PoolRig();
});
afterEach(() => pools.close());

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));

const seesAndHears = ({ peer }: Joined) => Promise.all([peer.receives('video', 25), peer.receives('audio', 50)]);

describe('viewers beyond what the origin carries', () => {
  it('see and hear the show on an edge, and it is one edge as long as it has room', async () => {
    const { rig, sites } = await pools.openPool(await pools.startServers(3), { viewersPerServer: 2 });
    const pipeline = await rig.openPipeline();
    await rig.presents(pipeline);
    const viewers = [];
    for (let count = 1; count <= 4; count += 1) viewers.push(await rig.watches(pipeline));
    expect(sites().flat().sort()).toEqual(['edge 2', 'origin 2']);
    await Promise.all(viewers.map(seesAndHears));
    viewers.push(await rig.watches(pipeline));
    expect(sites().flat().sort()).toEqual(['edge 1', 'edge 2', 'origin 2']);
    await Promise.all(viewers.map(seesAndHears));
    expect(viewers.flatMap(({ failures, unplayable }) => [...failures, ...unplayable])).toEqual([]);
  }, 40_000);

  it('see a picture in H.264', { tags: ['long'], timeout: 40_000 }, async () => {
    const { rig, sites } = await pools.openPool(await pools.startServers(2), { viewersAtOrigin: 0 });
    const pipeline = await rig.openPipeline();
    await rig.presents(pipeline, { videoCodec: 'H264' });
    const viewer = await rig.watches(pipeline, { videoCodec: 'H264' });
    expect(sites().flat().sort()).toEqual(['edge 1', 'origin 0']);
    await seesAndHears(viewer);
    expect(viewer.peer.keyframes).toBeGreaterThan(0);
  });

  it('have a keyframe at once when they come late, however many do one after the other', {
    tags: ['long'],
    timeout: 40_000,
  }, async () => {
    const { rig } = await pools.openPool(await pools.startServers(2), { viewersAtOrigin: 0 });
    await letViewersComeLate(rig, 6);
  });
});

describe('an edge', () => {
  it('has one bridge for each tier that somebody needs, and ends some time after its last viewer left', {
    tags: ['long'],
    timeout: 40_000,
  }, async () => {
    const servers = await pools.openServers(2);
    const { rig, sites, serverOf } = await pools.openPool(servers, { viewersAtOrigin: 0, edgeIdleTimeoutMs: 300 });
    const pipeline = await rig.openPipeline();
    const origin = serverOf('origin 0');
    const objects = () => [servers[origin], servers[1 - origin]].map((server) => server?.counts().objects);
    await rig.presents(pipeline, { isLarge: true });
    await rig.sendsTier(pipeline, 'low');
    // The pipeline, a pass-through and a presenter's endpoint for each tier.
    expect(objects()).toEqual([5, 0]);
    const viewers = await Promise.all([rig.watches(pipeline), rig.watches(pipeline)]);
    await Promise.all(viewers.map(seesAndHears));
    // One more for the bridge; and a pipeline with a pass-through, the bridge and two viewers.
    expect(objects()).toEqual([6, 5]);
    await Promise.all(viewers.map(({ link }) => link.select('low')));
    for (const { peer } of viewers) await peer.conditions.until('the low tier', () => peer.width === 320);
    expect(objects()).toEqual([7, 7]);
    const [first, second] = viewers;
    await first?.leave();
    if (second !== undefined) await seesAndHears(second);
    await second?.leave();
    expect(sites().flat().sort()).toEqual(['edge 0', 'origin 0']);
    await expect.poll(objects).toEqual([5, 0]);
    expect(sites().flat()).toEqual(['origin 0']);
    // The next viewer opens it again.
    await seesAndHears(await rig.watches(pipeline));
    await pipeline.close();
    await expect.poll(objects).toEqual([0, 0]);
  });

  it('that dies fails the links of its viewers, who find another media server, and nobody else', async () => {
    const servers = await pools.startServers(3);
    const { rig, sites, serverOf, told } = await pools.openPool(servers, { viewersPerServer: 2 });
    const pipeline = await rig.openPipeline();
    const presenter = await rig.presents(pipeline);
    const kept = [await rig.watches(pipeline), await rig.watches(pipeline)];
    const doomed = [await rig.watches(pipeline), await rig.watches(pipeline)];
    await Promise.all([...kept, ...doomed].map(seesAndHears));
    const dying = serverOf('edge 2');
    kill(servers[dying]);
    for (const { peer, failures } of doomed) {
      await peer.conditions.until('the failure of the link', () => failures.length > 0, 3_000);
      expect(failures).toMatchObject([{ code: 'media-server-unavailable' }]);
    }
    for (const { leave } of doomed) await leave();
    const again = await Promise.all([rig.watches(pipeline), rig.watches(pipeline)]);
    expect(sites().flat().sort()).toEqual(['edge 2', 'origin 2']);
    expect(serverOf('edge 2')).not.toBe(dying);
    await Promise.all([...kept, ...again].map(seesAndHears));
    expect([
      ...rig.pipelineFailures,
      ...presenter.failures,
      ...kept.flatMap(({ failures }) => failures),
      ...told,
    ]).toEqual([]);
  }, 60_000);

  const because = hasIpv6 ? '' : ' (skipped: this host has no IPv6)';
  it.skipIf(!hasIpv6)(
    `that the origin cannot reach fails the links of its viewers${because}`,
    async () => {
      // Neither has an address of the other's family.
      const servers = await Promise.all(
        ['127.0.0.1', '::1'].map((bindIp) => openMediaServer({ log: () => {}, bindIp })),
      );
      for (const server of servers) pools.own(() => server.close());
      const { rig, sites } = await pools.openPool(servers, { viewersAtOrigin: 0 });
      const pipeline = await rig.openPipeline();
      await rig.presents(pipeline);
      expect(sites()).toEqual([['origin 0'], []]);
      const viewer = await rig.watches(pipeline);
      expect(sites()).toEqual([['origin 0'], ['edge 1']]);
      await viewer.peer.conditions.until('the failure of the link', () => viewer.failures.length > 0, 10_000);
      expect(viewer.failures).toMatchObject([{ code: 'media-failed' }]);
      await viewer.leave();
      // The next one stays at the origin.
      await seesAndHears(await rig.watches(pipeline));
      expect(sites()).toEqual([['origin 1'], []]);
    },
    30_000,
  );

  it('that dies while there is no third media server leaves room at the origin', {
    tags: ['long'],
    timeout: 40_000,
  }, async () => {
    const servers = await pools.startServers(2);
    const { rig, sites, serverOf } = await pools.openPool(servers, { viewersPerServer: 1 });
    const pipeline = await rig.openPipeline();
    await rig.presents(pipeline);
    const [, doomed] = [await rig.watches(pipeline), await rig.watches(pipeline)];
    await seesAndHears(doomed);
    kill(servers[serverOf('edge 1')]);
    await doomed.peer.conditions.until('the failure of the link', () => doomed.failures.length > 0, 5_000);
    await doomed.leave();
    const again = await rig.watches(pipeline);
    expect(sites().flat()).toEqual(['origin 2']);
    await seesAndHears(again);
  });
});

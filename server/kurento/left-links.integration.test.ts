import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../embedded-kurento/media-server.ts';
import { openLogger } from '../logger.ts';
import { openKurentoGateway } from './kurento-gateway.ts';
import { openMediaServerPool } from './pool/media-server-pool.ts';
import { ContractRig } from './testing/contract-rig.ts';

/*
 * A web server that stops gracefully leaves its links to the media servers: media goes on after its connection closes,
 * until another web server releases it.
 */

const listener = { lost() {}, regained() {} };
const common = { instanceId: 'test', logger: openLogger('silent'), listener };
const broadcastId = 'left';
const servers: MediaServer[] = [];
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  for (let count = 0; count < 2; count += 1) servers.push(await openMediaServer({ log: () => {} }));
});
afterAll(async () => {
  for (const server of servers) await server.close();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const urls = () => servers.map(({ url }) => ({ url }));
const gateways = [
  ['one media server', () => openKurentoGateway({ ...common, url: servers[0]?.url ?? '' })],
  [
    'a pool, with the viewer on an edge',
    () => openMediaServerPool({ ...common, servers: urls(), viewersPerServer: 100, viewersAtOrigin: 0 }),
  ],
] as const;

describe.each(gateways)('on %s', { timeout: 60_000 }, (_, open) => {
  it('links that were left go on without their gateway, until another one releases them', async () => {
    const former = await open();
    const rig = new ContractRig(former);
    closing.push(
      () => former.close(),
      () => rig.close(),
    );
    const failures: unknown[] = [];
    const pipeline = await former.openPipeline({ broadcastId, failed: (error) => failures.push(error) });
    await rig.presents(pipeline);
    const viewer = await rig.watches(pipeline);
    await viewer.peer.receives('video', 10);
    pipeline.letGo();
    await pipeline.close();
    await former.close();
    await viewer.peer.receives('video', 10);
    await viewer.peer.receives('audio', 10);
    expect([...failures, ...viewer.failures]).toEqual([]);

    const next = await open();
    closing.push(() => next.close());
    // A pipeline of its own for the same broadcast is not among what it finds.
    await next.openPipeline({ broadcastId, failed: () => {} });
    const found = await next.findBroadcast(broadcastId);
    expect(found.count).toBeGreaterThan(0);
    await viewer.peer.receives('video', 10);
    expect(await found.release()).toBe(found.count);
    expect(await next.listPipelines()).toHaveLength(1);
  });
});

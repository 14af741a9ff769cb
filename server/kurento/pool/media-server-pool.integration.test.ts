import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../../embedded-kurento/media-server.ts';
import { type EmbeddedKurento, startEmbeddedKurento } from '../../embedded-kurento/supervised-media-server.ts';
import { openLogger } from '../../logger.ts';
import { freeTcpPort } from '../../testing/free-port.ts';
import { describeMediaGateway } from '../media-gateway.contract.ts';
import { ConditionWaiter } from '../testing/condition-waiter.ts';
import { ContractRig } from '../testing/contract-rig.ts';
import { openMediaServerPool } from './media-server-pool.ts';

const logger = openLogger('silent');
const nobody = { lost() {}, regained() {} };
const common = { instanceId: 'test', logger, listener: nobody, viewersPerServer: 100 };

describe('with two embedded media servers', () => {
  let servers: MediaServer[];

  beforeAll(async () => {
    servers = await Promise.all([openMediaServer({ log: () => {} }), openMediaServer({ log: () => {} })]);
  });
  afterAll(async () => {
    // The suite's pool has closed by now, and must have left nothing behind.
    expect(servers.map((server) => server.counts().objects)).toEqual([0, 0]);
    await Promise.all(servers.map((server) => server.close()));
  });

  describeMediaGateway('the pool', () => openMediaServerPool({ ...common, servers }));
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Starts a media server as a process of its own. */
async function startServer(): Promise<EmbeddedKurento> {
  const server = await startEmbeddedKurento({ log: () => {}, standby: false });
  closing.push(() => server.close());
  return server;
}

/** Opens a pool, and notes what it reports. */
async function openPool(servers: readonly { url: string }[], viewersPerServer = 100) {
  const told: string[] = [];
  const conditions = new ConditionWaiter();
  const tell = (what: string) => () => {
    told.push(what);
    conditions.changed();
  };
  const listener = { lost: tell('lost'), regained: tell('regained') };
  const pool = await openMediaServerPool({ ...common, viewersPerServer, servers, listener });
  const rig = new ContractRig(pool);
  closing.push(async () => {
    await rig.close();
    await pool.close();
  });
  const health = () => pool.view().members.map((member) => member.health);
  const shows = () => pool.view().members.map((member) => member.shows.length);
  return { pool, rig, told, conditions, health, shows };
}

const kill = (server: EmbeddedKurento) => process.kill(server.pid() ?? 0, 'SIGKILL');

describe('a pool', () => {
  it('spreads shows over its media servers', async () => {
    const { rig, shows } = await openPool(await Promise.all([startServer(), startServer()]));
    await Promise.all([1, 2, 3, 4].map(() => rig.openPipeline()));
    expect(shows()).toEqual([2, 2]);
  });

  it('moves the shows of a media server that dies at once, and leaves the others alone', async () => {
    const servers = await Promise.all([startServer(), startServer()]);
    const { rig, told, shows, health } = await openPool(servers);
    const [doomed, kept] = [await rig.openPipeline(), await rig.openPipeline()];
    const presenters = [await rig.presents(doomed), await rig.presents(kept)] as const;
    const watching = await rig.watches(kept);
    await watching.peer.receives('video', 10);
    const [first] = servers;
    kill(first);
    await expect.poll(() => rig.pipelineFailures).toMatchObject([{ code: 'media-server-unavailable' }]);
    expect(told).toEqual([]);
    const next = await rig.openPipeline();
    expect(shows()).toEqual([1, 2]);
    await doomed.close();
    expect(shows()).toEqual([0, 2]);
    await rig.presents(next);
    const viewer = await rig.watches(next);
    await Promise.all([viewer.peer.receives('video', 10), watching.peer.receives('video', 10)]);
    expect([watching.failures, presenters[1].failures]).toEqual([[], []]);
    // It is used again once it is back.
    await expect.poll(health).toEqual(['up', 'up']);
    await rig.openPipeline();
    expect(shows()).toEqual([1, 2]);
  }, 40_000);

  it('is lost when its last media server is, and regained with the first', async () => {
    const servers = await Promise.all([startServer(), startServer()]);
    const { rig, told, conditions } = await openPool(servers);
    for (const server of servers) kill(server);
    await conditions.until('it is regained', () => told.includes('regained'), 20_000);
    expect(told).toEqual(['lost', 'regained']);
    await rig.openPipeline();
  }, 40_000);

  it('opens as long as one media server answers, and takes the other in later', async () => {
    const port = await freeTcpPort();
    const url = `ws://127.0.0.1:${port}/kurento`;
    const { pool, rig, health, shows } = await openPool([{ url }, await startServer()]);
    expect(health()).toEqual(['unreached', 'up']);
    expect(pool.view().members[0]).toMatchObject({ name: url, shows: [] });
    await rig.openPipeline();
    expect(shows()).toEqual([0, 1]);
    const late = await openMediaServer({ log: () => {}, port });
    closing.push(() => late.close());
    await expect.poll(health).toEqual(['up', 'up']);
    await rig.openPipeline();
    expect(shows()).toEqual([1, 1]);
  }, 40_000);

  it('does not open if no media server answers, and says where there should be one', async () => {
    const urls = await Promise.all([freeTcpPort(), freeTcpPort()]);
    const servers = urls.map((port) => ({ url: `ws://127.0.0.1:${port}/kurento?secret=hidden` }));
    const opening = openMediaServerPool({ ...common, servers, connectTimeoutMs: 500 });
    await expect(opening).rejects.toMatchObject({
      code: 'media-server-unavailable',
      message: expect.stringContaining(`No media server answers at ws://127.0.0.1:${urls[0]}/kurento:`),
    });
  });

  it('reports how much each media server has to do', async () => {
    const { pool, rig } = await openPool([await startServer(), await startServer()], 4);
    const pipeline = await rig.openPipeline();
    const viewer = await rig.watches(pipeline);
    const [member] = pool.view().members;
    expect(member).toMatchObject({ health: 'up', load: { endpoints: 2 }, shows: [{ role: 'origin', viewers: 1 }] });
    expect(member?.load.share).toBeGreaterThanOrEqual(0.5);
    expect(member?.name).not.toContain('secret');
    await expect.poll(() => pool.view().members.every(({ load }) => load.usedCpu !== null)).toBe(true);
    await viewer.leave();
    expect(pool.view().members[0]?.load.endpoints).toBe(1);
    await pipeline.close();
    expect(pool.view().members[0]).toMatchObject({ load: { endpoints: 0 }, shows: [] });
  });
});

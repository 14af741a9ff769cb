import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Access } from '../access/access.ts';
import { createTestAccess } from '../access/testing/test-access.ts';
import { PoolRig } from '../kurento/pool/testing/pool-rig.ts';
import { openLogger } from '../logger.ts';
import { SignalingRig, show } from '../signaling/testing/signaling-rig.ts';
import { createPoolRoute, type PoolRouteParts } from './pool-route.ts';

const ownerKey = 'correct horse battery';
const logger = openLogger('silent');
let folder: string;
let access: Access;
let live: { -readonly [Part in keyof PoolRouteParts['live']]: PoolRouteParts['live'][Part] };
let server: Server;
let url: string;
let pools: PoolRig;

beforeEach(async () => {
  pools = new PoolRig();
  folder = await mkdtemp(join(tmpdir(), 'pool-route-'));
  access = createTestAccess(ownerKey, { keysFolder: folder });
  live = { registry: null, pool: null };
  const route = createPoolRoute({ access, live, logger });
  server = createServer((request, response) => {
    if (!route(request, response)) response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await pools.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask(key: string | null, options: RequestInit = {}) {
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/api/pool`, { headers, ...options });
  return { status: response.status, body: await response.json() };
}

it('shows the owner the media servers, their load, and the shows on them', async () => {
  const { pool, rig } = await pools.openPool(await pools.startServers(2), { viewersPerServer: 1 });
  const pipeline = await rig.openPipeline();
  await Promise.all([rig.watches(pipeline), rig.watches(pipeline)]);
  live.pool = pool;
  const { status, body } = await ask(ownerKey);
  expect(status).toBe(200);
  const origin = body.members.findIndex(({ shows }: { shows: { role: string }[] }) => shows[0]?.role === 'origin');
  const roleOf = (index: number) =>
    index === origin ? { role: 'origin', parent: null } : { role: 'edge', parent: body.members[origin].id };
  expect(body.members).toEqual(
    [0, 1].map((index) => ({
      ...{ id: expect.stringMatching(/^[0-9a-f]{12}$/), drain: 'none', isSpared: expect.any(Boolean) },
      name: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/kurento$/),
      health: 'up',
      load: {
        endpoints: 2,
        usedCpu: expect.toSatisfy((used) => used === null || used >= 0),
        share: expect.any(Number),
      },
      shows: [{ broadcastId: expect.any(String), channel: null, ...roleOf(index), viewers: 1 }],
    })),
  );
});

it('names the channel of a show', async () => {
  const shows = await SignalingRig.open();
  try {
    await shows.goLive();
    const site = {
      broadcastId: shows.registry.get(show.channel).id,
      role: 'origin' as const,
      parent: null,
      viewers: 3,
    };
    const load = { endpoints: 4, usedCpu: null, share: 0.1 };
    const unused = { drain: () => false, undrain: () => false };
    const state = { health: 'up', drain: 'none', isSpared: false } as const;
    live.pool = {
      view: () => ({ members: [{ id: 'a', name: 'ws://one', ...state, load, shows: [site] }] }),
      ...unused,
    };
    live.registry = shows.registry;
    const { body } = await ask(ownerKey);
    expect(body.members[0].shows).toEqual([{ ...site, channel: show.channel }]);
  } finally {
    await shows.close();
  }
});

it('is for the owner alone, and says so', async () => {
  live.pool = { view: () => ({ members: [] }), drain: () => false, undrain: () => false };
  expect(await ask(ownerKey)).toEqual({ status: 200, body: { members: [] } });
  const { text: key } = await access.keys.make('Ada', 'all');
  expect(await ask(key)).toMatchObject({ status: 403, body: { error: { code: 'owner-only' } } });
  expect(await ask('a key that somebody guessed')).toMatchObject({
    status: 401,
    body: { error: { code: 'wrong-key' } },
  });
  expect(await ask(null)).toMatchObject({ status: 401, body: { error: { code: 'wrong-key' } } });
  expect((await ask(ownerKey, { method: 'POST' })).status).toBe(405);
});

it('tells the owner of a single media server that there is no pool', async () => {
  expect(await ask(ownerKey)).toMatchObject({
    status: 404,
    body: { error: { message: expect.stringContaining('KURENTO_URL') } },
  });
  expect((await ask(null)).status).toBe(401);
});

it('empties a media server and uses it again, for the owner key in the header alone', async () => {
  const { pool, rig } = await pools.openPool(await pools.startServers(2));
  live.pool = pool;
  await rig.openPipeline();
  const carrying = pool.view().members.find(({ shows }) => shows.length > 0)?.id;
  const change = async (verb: string, key: string | null, id = carrying) => {
    const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
    const response = await fetch(`${url}/api/pool/${id}/${verb}`, { method: 'POST', headers });
    return { status: response.status, body: await response.json() };
  };
  const drainOf = ({ body }: { body: { members: { id: string; drain: string }[] } }) =>
    body.members.find(({ id }) => id === carrying)?.drain;
  expect((await change('drain', null)).status).toBe(401);
  const { text: key } = await access.keys.make('Ada', 'all');
  expect((await change('drain', key)).status).toBe(403);
  expect((await change('drain', ownerKey, '0123')).body.error.message).toContain('0123');
  expect(drainOf(await change('drain', ownerKey))).toBe('draining');
  await expect.poll(async () => drainOf(await ask(ownerKey))).toBe('drained');
  const other = pool.view().members.find(({ id }) => id !== carrying)?.id;
  expect(await change('drain', ownerKey, other)).toMatchObject({
    status: 409,
    body: { error: { code: 'last-media-server' } },
  });
  expect(drainOf(await change('undrain', ownerKey))).toBe('none');
  expect(
    (await fetch(`${url}/api/pool/${carrying}/drain`, { headers: { authorization: `Bearer ${ownerKey}` } })).status,
  ).toBe(405);
});

it('leaves all other addresses to others', async () => {
  expect((await fetch(`${url}/api/pools`)).status).toBe(204);
});

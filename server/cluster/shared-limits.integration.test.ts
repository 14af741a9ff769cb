import { afterEach, describe, expect, it } from 'vitest';
import { Closer } from '../closer.ts';
import { readConfig } from '../config.ts';
import { createGates, type Gates } from '../gates/gates.ts';
import { openLogger } from '../logger.ts';
import { openCluster } from './cluster.ts';
import { SharedLimits } from './shared-limits.ts';
import { RedisServer, whyNoRedis } from './testing/redis-server.ts';

const obstacle = await whyNoRedis();
const logger = openLogger('silent');
const visitor = { address: '192.0.2.1' };

let closer = new Closer();
afterEach(async () => {
  await closer.close();
  closer = new Closer();
});

/** The limits of one web server. */
async function join({ url }: RedisServer, settings: Record<string, string> = {}) {
  const cluster = await closer.own(openCluster({ url, logger }));
  const gates = createGates(readConfig(settings).gates, null, logger);
  await closer.own(new SharedLimits({ ...cluster, gates }));
  return { cluster, gates };
}

function canSpend({ limits }: Gates): boolean {
  try {
    limits.spend('start', visitor);
    return true;
  } catch {
    return false;
  }
}

function canTry({ checks }: Gates): boolean {
  try {
    checks.begin('key-check', visitor).succeeded();
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(obstacle !== null)('limits that web servers share', { timeout: 30_000 }, () => {
  it('count the events of an address at all of them', async () => {
    const redis = await closer.own(RedisServer.start());
    const [anna, ben] = [await join(redis), await join(redis)];
    while (canSpend(anna.gates));
    await expect.poll(() => canSpend(ben.gates), { timeout: 5_000 }).toBe(false);
    expect(() => ben.gates.limits.spend('start', { address: '192.0.2.2' })).not.toThrow();
  });

  it('count failed attempts at keys, and no others', async () => {
    const redis = await closer.own(RedisServer.start());
    const [anna, ben] = [await join(redis), await join(redis)];
    for (let attempt = 0; attempt < 30; attempt += 1) expect(canTry(anna.gates)).toBe(true);
    // Wrong keys, as many as cost nothing, and one more.
    for (let attempt = 0; attempt < 11; attempt += 1) anna.gates.checks.begin('key-check', visitor);
    expect(canTry(anna.gates)).toBe(false);
    await expect.poll(() => canTry(ben.gates), { timeout: 5_000, interval: 20 }).toBe(false);
  });

  it('count the sockets of an address, until they close or their web server is gone', { tags: ['long'] }, async () => {
    const redis = await closer.own(RedisServer.start());
    const settings = { MAX_SOCKETS_PER_ADDRESS: '2' };
    const [anna, ben] = [await join(redis, settings), await join(redis, settings)];
    const isFull = ({ gates }: { gates: Gates }) => gates.sockets.isFull(visitor.address);
    const close = anna.gates.sockets.take(visitor.address);
    ben.gates.sockets.take(visitor.address);
    await expect.poll(() => [isFull(anna), isFull(ben)], { timeout: 5_000 }).toEqual([true, true]);
    close();
    await expect.poll(() => [isFull(anna), isFull(ben)], { timeout: 5_000 }).toEqual([false, false]);
    anna.gates.sockets.take(visitor.address);
    const cleo = await join(redis, settings);
    await expect.poll(() => isFull(cleo), { timeout: 5_000 }).toBe(true);
    await ben.cluster.leave();
    await expect.poll(() => isFull(cleo), { timeout: 5_000 }).toBe(false);
  });
});

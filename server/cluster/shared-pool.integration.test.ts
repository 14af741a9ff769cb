import { afterEach, describe, expect, it } from 'vitest';
import { Closer } from '../closer.ts';
import { lastMediaServer } from '../kurento/kurento-errors.ts';
import { openLogger } from '../logger.ts';
import { openCluster } from './cluster.ts';
import { Registration } from './registered-servers.ts';
import { SharedPool } from './shared-pool.ts';
import { RedisServer, whyNoRedis } from './testing/redis-server.ts';

const obstacle = await whyNoRedis();
const logger = openLogger('silent');
const secret = 'the secret of the media servers';

let closer = new Closer();
afterEach(async () => {
  await closer.close();
  closer = new Closer();
});

/** The pool of one web server, and the addresses of the media servers that it has. */
async function join(redis: RedisServer, drain: (id: string) => boolean = () => true, isShared = true) {
  const cluster = await closer.own(openCluster({ url: redis.url, logger }));
  let addresses: string[] = [];
  const pool = {
    view: () => ({ members: [] }),
    drain,
    undrain: () => true,
    shareLoad: () => {},
    setRegistered: (servers: readonly { url: string }[]) => {
      addresses = servers.map(({ url }) => new URL(url).host);
    },
  };
  const parts = { ...cluster, pool, secret: isShared ? secret : null, channelOf: () => null, logger };
  const shared = await closer.own(new SharedPool(parts));
  return { cluster, shared, addresses: () => addresses };
}

function register(redis: RedisServer, host: string): Promise<Registration> {
  const server = { url: `ws://${host}/kurento`, capacity: null };
  return closer.own(Registration.open(server, { secret, redisUrl: redis.url, logger }));
}

describe.skipIf(obstacle !== null)('the pool of several web servers', { timeout: 40_000 }, () => {
  it('keeps the media servers that Redis has forgotten for as long as they may come back', async () => {
    const redis = await closer.own(RedisServer.start());
    const { cluster, shared, addresses } = await join(redis);
    const staying = await register(redis, '192.0.2.1:8888');
    // Nobody renews this one.
    const leaving = await register(redis, '192.0.2.2:8888');
    await shared.look();
    expect(addresses().sort()).toEqual(['192.0.2.1:8888', '192.0.2.2:8888']);
    await redis.kill();
    await leaving.close();
    await cluster.membership.heartbeat();
    await redis.restart('lost');
    // The media server and this web server find out at about the same time that Redis is back.
    const seen = new Set<boolean>();
    await expect
      .poll(
        async () => {
          await shared.look();
          seen.add(addresses().includes('192.0.2.1:8888'));
          return addresses();
        },
        { timeout: 15_000, interval: 20 },
      )
      .toEqual(['192.0.2.1:8888']);
    expect([...seen]).toEqual([true]);
    await staying.close();
    await expect.poll(() => addresses(), { timeout: 5_000 }).toEqual([]);
  });

  it('drains later what could not be spared at first, with media servers from the settings as well', async () => {
    const redis = await closer.own(RedisServer.start());
    let isSpared = false;
    const drained: string[] = [];
    const { cluster } = await join(
      redis,
      (id) => {
        if (!isSpared) throw lastMediaServer();
        drained.push(id);
        return true;
      },
      false,
    );
    const other = await join(redis);
    await other.shared.drain('one');
    await expect.poll(() => cluster.drained.items(), { timeout: 5_000 }).toEqual([{ id: 'one' }]);
    expect(drained).toEqual([]);
    isSpared = true;
    await expect.poll(() => drained, { timeout: 5_000 }).toContain('one');
  });
});

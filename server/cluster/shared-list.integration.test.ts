import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Closer } from '../closer.ts';
import { openLogger } from '../logger.ts';
import { type Cluster, openCluster } from './cluster.ts';
import type { SharedList } from './shared-list.ts';
import { RedisServer, whyNoRedis } from './testing/redis-server.ts';

const obstacle = await whyNoRedis();
const logger = openLogger('silent');
const schema = z.object({ name: z.string(), text: z.string() });
type Item = z.output<typeof schema>;

let closer = new Closer();
afterEach(async () => {
  await closer.close();
  closer = new Closer();
});

/** A web server, its list, and what it was told of others' changes. */
async function join({ url }: RedisServer) {
  const cluster: Cluster = await closer.own(openCluster({ url, logger }));
  const list: SharedList<Item> = await cluster.list('passcodes', schema, ({ name }) => name);
  const told: [string, string | null][] = [];
  list.onChanged((name, item) => told.push([name, item?.text ?? null]));
  const read = () =>
    list
      .items()
      .map(({ name, text }) => `${name}: ${text}`)
      .toSorted((a, b) => a.localeCompare(b));
  return { cluster, list, told, read };
}

describe.skipIf(obstacle !== null)('a list that web servers share', { timeout: 40_000 }, () => {
  it('has the same items everywhere, also for one that joins later', async () => {
    const redis = await closer.own(RedisServer.start());
    const [anna, ben] = [await join(redis), await join(redis)];
    await anna.list.save([
      { name: 'math', text: 'one' },
      { name: 'music', text: 'two' },
    ]);
    await expect.poll(ben.read).toEqual(['math: one', 'music: two']);
    await ben.list.save([{ name: 'math', text: 'three' }]);
    await expect.poll(anna.read).toEqual(['math: three']);
    expect(anna.told).toEqual([
      ['music', null],
      ['math', 'three'],
    ]);
    expect((await join(redis)).read()).toEqual(['math: three']);
  });

  it('is whole again when Redis comes back empty, and nobody takes what is missing there for removed', async () => {
    const redis = await closer.own(RedisServer.start());
    const [anna, ben] = [await join(redis), await join(redis)];
    const items = Array.from({ length: 50 }, (_, index) => ({ name: `channel-${index}`, text: 'locked' }));
    await anna.list.save(items);
    await expect.poll(() => ben.read().length).toBe(50);
    await redis.kill();
    await expect.poll(() => [anna, ben].map(({ cluster }) => cluster.membership.redisState)).toEqual(['away', 'away']);
    // Both change something meanwhile.
    await anna.list.save([...items.slice(1), { name: 'new-by-anna', text: 'locked' }]);
    await ben.list.save([...items, { name: 'new-by-ben', text: 'locked' }]);
    ben.told.splice(0);
    await redis.restart();
    const names = (all: string[]) => all.filter((one) => one.startsWith('new')).length;
    await expect.poll(() => [names(anna.read()), names(ben.read())], { timeout: 15_000 }).toEqual([2, 2]);
    const late = await join(redis);
    await expect.poll(() => late.read().filter((one) => one.startsWith('channel')).length).toBeGreaterThanOrEqual(49);
    expect(ben.told.filter(([name, text]) => text === null && name !== 'channel-0')).toEqual([]);
    // Sessions go on, too.
    expect(late.cluster.sessionSecret).toBe(anna.cluster.sessionSecret);
  });
});

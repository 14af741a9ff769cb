import { afterEach, describe, expect, it } from 'vitest';
import { Seats } from '../broadcast/seats.ts';
import { Closer } from '../closer.ts';
import { readConfig } from '../config.ts';
import { openLogger } from '../logger.ts';
import { openCluster } from './cluster.ts';
import { SharedCapacity } from './shared-capacity.ts';
import { RedisServer, whyNoRedis } from './testing/redis-server.ts';

const obstacle = await whyNoRedis();
const logger = openLogger('silent');

let closer = new Closer();
afterEach(async () => {
  await closer.close();
  closer = new Closer();
});

/** The seats of one web server with these limits, and how many broadcasts the others announce to it. */
async function join({ url }: RedisServer, settings: Record<string, string>, broadcasts = 0) {
  const cluster = await closer.own(openCluster({ url, logger }));
  const seats = await closer.own(new Seats({ capacity: readConfig(settings).gates.capacity }));
  let elsewhere = () => 0;
  const share = (count: () => number) => {
    elsewhere = count;
  };
  await closer.own(new SharedCapacity({ ...cluster, seats, registry: { count: broadcasts, share } }));
  const take = (peerId: string, address = '192.0.2.1') => {
    try {
      seats.take({ peerId, channel: 'math', address });
      return true;
    } catch {
      return false;
    }
  };
  /** Whether there is a seat now; it is not kept. */
  const fits = (address?: string) => {
    const isTaken = take('somebody', address);
    seats.free('somebody');
    return isTaken;
  };
  return { cluster, seats, take, fits, broadcastsElsewhere: () => elsewhere() };
}

describe.skipIf(obstacle !== null)('what is limited', { timeout: 30_000 }, () => {
  it('counts at all web servers: viewers, those of one address, and broadcasts', async () => {
    const redis = await closer.own(RedisServer.start());
    const settings = { MAX_VIEWERS: '4', MAX_VIEWERS_PER_ADDRESS: '2' };
    const [anna, ben] = [await join(redis, settings, 2), await join(redis, settings, 1)];
    expect([anna.take('a'), ben.take('b')]).toEqual([true, true]);
    await expect.poll(() => [anna.fits(), ben.fits()], { timeout: 5_000 }).toEqual([false, false]);
    expect([anna.fits('192.0.2.2'), ben.fits('192.0.2.2')]).toEqual([true, true]);
    expect([anna.take('c', '192.0.2.2'), anna.take('d', '192.0.2.2')]).toEqual([true, true]);
    await expect.poll(() => ben.fits('192.0.2.3'), { timeout: 5_000 }).toBe(false);
    expect([anna.broadcastsElsewhere(), ben.broadcastsElsewhere()]).toEqual([1, 2]);
    // One that joins later knows it, too, and what one had that is gone is free.
    const cleo = await join(redis, settings);
    await expect
      .poll(() => [cleo.fits('192.0.2.3'), cleo.broadcastsElsewhere()], { timeout: 5_000 })
      .toEqual([false, 3]);
    await anna.cluster.leave();
    await expect
      .poll(() => [cleo.fits('192.0.2.3'), cleo.broadcastsElsewhere()], { timeout: 5_000 })
      .toEqual([true, 1]);
  });

  it('is free for those in line when a viewer leaves elsewhere', async () => {
    const redis = await closer.own(RedisServer.start());
    const settings = { MAX_VIEWERS: '1' };
    const [anna, ben] = [await join(redis, settings), await join(redis, settings)];
    anna.take('a');
    await expect.poll(() => ben.fits(), { timeout: 5_000 }).toBe(false);
    const called = new Promise<number>((resolve) => {
      const place = ben.seats.wait({ peerId: 'b', channel: 'math', address: '192.0.2.9' }, null, resolve);
      expect(place.position).toBe(1);
    });
    anna.seats.free('a');
    expect(await called).toBe(0);
    expect(ben.take('b', '192.0.2.9')).toBe(true);
    await expect.poll(() => anna.fits(), { timeout: 5_000 }).toBe(false);
  });
});

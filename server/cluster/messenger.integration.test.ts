import { afterEach, describe, expect, it } from 'vitest';
import { Closer } from '../closer.ts';
import { openLogger } from '../logger.ts';
import { Membership } from './membership.ts';
import type { ClusterMessage } from './messages.ts';
import { Messenger } from './messenger.ts';
import { RedisConnection } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';
import { RedisServer, whyNoRedis } from './testing/redis-server.ts';

const obstacle = await whyNoRedis();
const logger = openLogger('silent');
const visitor = { peerId: 'a-socket', address: '192.0.2.1' };

let closer = new Closer();
afterEach(async () => {
  await closer.close();
  closer = new Closer();
});

/** A web server that only sends and receives messages. */
async function join(id: string, server: RedisServer) {
  const options = { url: server.url, logger };
  const redis = await closer.own(RedisConnection.open(options));
  const membership = new Membership({ id, redis, logger });
  closer.add(() => membership.leave());
  await membership.join();
  const messenger = await closer.own(Messenger.open({ id, redis, options, logger }));
  const received: ClusterMessage[] = [];
  messenger.follow((message) => received.push(message));
  return { redis, membership, messenger, received };
}

describe.skipIf(obstacle !== null)('messages between web servers', () => {
  it('arrive in their order, those for one at that one only, and none stays in Redis', async () => {
    const server = await closer.own(RedisServer.start());
    const [anna, ben, cleo] = [await join('anna', server), await join('ben', server), await join('cleo', server)];
    for (let number = 0; number < 200; number += 1) {
      anna.messenger.post('ben', { type: 'announcement', peerId: `${number}`, event: 'e', body: null });
    }
    anna.messenger.post('everyone', { type: 'room', room: 'lobby', event: 'e', body: { all: true } });
    await expect.poll(() => ben.received.length).toBe(201);
    const order = ben.received.flatMap((message) => (message.type === 'announcement' ? Number(message.peerId) : []));
    expect(order).toEqual(Array.from({ length: 200 }, (_, number) => number));
    await expect.poll(() => cleo.received).toMatchObject([{ type: 'room', from: 'anna', body: { all: true } }]);
    expect(anna.received).toEqual([]);
    await expect.poll(() => anna.redis.command(['XLEN', redisKeys.inbox('ben')])).toBe(0);
  });

  it('answer requests; those to a web server that leaves, or never was, fail', async () => {
    const server = await closer.own(RedisServer.start());
    const [anna, ben] = [await join('anna', server), await join('ben', server)];
    ben.messenger.follow((message) => {
      if (message.type !== 'request' || message.name === 'clock:read') return;
      const reply = message.name === 'viewer:join' ? { ok: true as const, data: message.body } : null;
      ben.messenger.post(message.from, { type: 'answer', id: message.id, reply });
    });
    const ask = (to: string, name: string) => anna.messenger.request(to, visitor, name, { channel: 'math' });
    expect(await ask('ben', 'viewer:join')).toEqual({ ok: true, data: { channel: 'math' } });
    expect(await ask('ben', 'broadcast:resume')).toBeNull();
    const unanswered = ask('ben', 'clock:read');
    await expect.poll(() => ben.received.some(({ type }) => type === 'request')).toBe(true);
    anna.messenger.gone('ben');
    await expect(unanswered).rejects.toMatchObject({ code: 'cluster-unavailable' });
    await expect(ask('nobody', 'viewer:join')).rejects.toMatchObject({ code: 'cluster-unavailable' });
  });

  it('fail while Redis is away, and arrive again when it is back', { timeout: 40_000 }, async () => {
    const server = await closer.own(RedisServer.start());
    const [anna, ben] = [await join('anna', server), await join('ben', server)];
    await server.kill();
    const send = () => anna.messenger.sendToAll({ type: 'room', room: 'lobby', event: 'e', body: null });
    await expect(send()).rejects.toMatchObject({ code: 'cluster-unavailable' });
    await server.restart();
    await expect
      .poll(
        () =>
          send().then(
            () => 'sent',
            () => 'away',
          ),
        { timeout: 10_000 },
      )
      .toBe('sent');
    await expect.poll(() => ben.received.length, { timeout: 10_000 }).toBeGreaterThan(0);
  });
});

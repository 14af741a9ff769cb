import { openLogger } from '../../logger.ts';
import { Membership } from '../membership.ts';
import { RedisConnection } from '../redis-connection.ts';

/*
 * A web server that does nothing but own channels, for tests. It takes those that its parent names, and tells its parent
 * what happens. Arguments: its id, and the address of Redis.
 */
const [id = '', url = ''] = process.argv.slice(2);
const logger = openLogger('silent');
const redis = await RedisConnection.open({ url, logger });
const membership = new Membership({ id, redis, logger });
const tell = (event: string, detail: unknown) => process.send?.({ event, detail });
membership.follow({
  rosterChanged: ({ joined, left }) => tell('roster', { joined, left }),
  leaseLost: (channel) => tell('lost', channel),
  redisAway: () => tell('away', null),
  redisBack: () => tell('back', membership.channels),
});
await membership.join();
tell('ready', null);
process.on('message', ({ take, release }: { take?: string; release?: string }) => {
  if (take !== undefined) {
    membership.take(take).then(
      (taken) => tell('taken', taken),
      (error: unknown) => tell('refused', (error as { code?: string }).code ?? String(error)),
    );
  }
  if (release !== undefined) void membership.release(release).then(() => tell('released', release));
});
process.on('disconnect', () => process.exit());

import type { Journal, Journals } from '../conversation/journals.ts';
import type { Membership } from './membership.ts';
import { clusterUnavailable, type RedisConnection } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';

/** How long the journal of a show is kept after its last change, in seconds, if nobody removes it. */
const keptS = 7 * 86_400;
/** How many lines are read at once. */
const pageLines = 5_000;

/** Appends lines if the lease is still the one of the writer. */
const appendScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for i = 3, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1
`;

type SharedParts = { redis: RedisConnection; membership: Membership };

/** The journals of conversations in Redis, so that another web server can go on with a show and its conversation. */
export class SharedJournals implements Journals {
  readonly #parts: SharedParts;

  constructor(parts: SharedParts) {
    this.#parts = parts;
  }

  of({ broadcastId, channel }: { broadcastId: string; channel: string }): Journal {
    const { redis, membership } = this.#parts;
    const key = redisKeys.conversation(broadcastId);
    return {
      read: async () => {
        const lines: string[] = [];
        for (;;) {
          const last = lines.length + pageLines - 1;
          const page = (await redis.command(['LRANGE', key, `${lines.length}`, `${last}`])) as string[];
          lines.push(...page);
          if (page.length < pageLines) return lines;
        }
      },
      append: async (lines) => {
        const lease = membership.leaseOf(channel);
        const keys = [redisKeys.lease(channel), key];
        if (lease === null || (await redis.script(appendScript, keys, [lease, `${keptS}`, ...lines])) !== 1)
          throw clusterUnavailable();
      },
      remove: async () => {
        await redis.command(['DEL', key]);
      },
    };
  }
}

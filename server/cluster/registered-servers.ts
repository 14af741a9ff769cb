import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Logger } from '../logger.ts';
import { parseJson } from '../parse-json.ts';
import { RedisConnection } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';

/** How long a media server counts as registered without a renewal, and how often it renews that, in milliseconds. */
const registrationMs = 6_000;
const renewEveryMs = 2_000;

/** A media server as it registers itself. */
export type RegisteredServer = {
  /** Where web servers reach it, without its secret: `ws://10.0.0.7:8888/kurento`. */
  url: string;
  /** With how many endpoints it counts as full; `null` for what the web servers are set to. */
  capacity: number | null;
};

const entrySchema = z.object({
  url: z.url({ protocol: /^wss?$/ }),
  capacity: z.number().int().min(1).nullable(),
  /** Proves that the writer of the entry knows the secret, which is not in Redis. */
  proof: z.string(),
});

/** Writes an entry, which lasts for a while by Redis's own clock. */
const registerScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return 1
`;

const withdrawScript = `
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('HDEL', KEYS[2], ARGV[1])
`;

/** Returns the entries that have not ended, and removes the others. */
const readScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do redis.call('HDEL', KEYS[2], id) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local entries = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local entry = redis.call('HGET', KEYS[2], id)
  if entry then entries[#entries + 1] = entry end
end
return entries
`;

const keys = [redisKeys.mediaServerLeases, redisKeys.mediaServers];

/**
 * The media servers that are registered at the moment. Entries that were not written with `secret` are left out: anyone
 * who can write to Redis, but does not know it, cannot make web servers send it, and their media, to another address.
 * @throws AppError `cluster-unavailable`
 */
export async function readRegistered(redis: RedisConnection, secret: string): Promise<RegisteredServer[]> {
  const texts = (await redis.script(readScript, keys, [])) as string[];
  return texts.flatMap((text) => {
    const { data } = entrySchema.safeParse(parseJson(text));
    if (data === undefined || !isSame(data.proof, proofOf(data, secret))) return [];
    return [{ url: data.url, capacity: data.capacity }];
  });
}

/** A media server's entry in Redis, which is renewed until it is closed. */
export class Registration {
  readonly #redis: RedisConnection;
  readonly #id = randomUUID();
  readonly #entry: string;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #state: 'registered' | 'away' = 'registered';

  private constructor(redis: RedisConnection, entry: string, logger: Logger) {
    this.#redis = redis;
    this.#entry = entry;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.#renew(), renewEveryMs);
  }

  /** @throws AppError `cluster-unavailable` if Redis does not answer */
  static async open(
    server: RegisteredServer,
    { secret, redisUrl, logger }: { secret: string; redisUrl: string; logger: Logger },
  ): Promise<Registration> {
    const redis = await RedisConnection.open({ url: redisUrl, logger });
    const entry = JSON.stringify({ ...server, proof: proofOf(server, secret) });
    const registration = new Registration(redis, entry, logger);
    try {
      await registration.#write();
      return registration;
    } catch (error) {
      await registration.close();
      throw error;
    }
  }

  /** Withdraws the entry, so that web servers place nothing more. Never rejects. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#redis.script(withdrawScript, keys, [this.#id]).catch(() => undefined);
    this.#redis.close();
  }

  async #write(): Promise<void> {
    await this.#redis.script(registerScript, keys, [this.#id, String(registrationMs), this.#entry]);
  }

  async #renew(): Promise<void> {
    try {
      await this.#write();
      if (this.#state === 'away') this.#logger.info('Redis answers again, and knows this media server');
      this.#state = 'registered';
    } catch (error) {
      if (this.#state === 'registered') {
        this.#logger.warn(
          { err: error },
          'Redis does not answer: web servers that start now do not find this media server',
        );
      }
      this.#state = 'away';
    }
  }
}

/** https://www.rfc-editor.org/rfc/rfc2104 */
function proofOf({ url, capacity }: RegisteredServer, secret: string): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify([url, capacity]))
    .digest('base64url');
}

function isSame(given: string, own: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(own)];
  return a.length === b.length && timingSafeEqual(a, b);
}

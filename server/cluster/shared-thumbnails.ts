import type { Thumbnail, ThumbnailExchange } from '../broadcast/thumbnails.ts';
import type { Logger } from '../logger.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';

/** How long Redis has a preview, in seconds: longer than its web server keeps it, and not much longer if that dies. */
const lifetimeS = 60;

/** The previews of all web servers' shows, in Redis. */
export class SharedThumbnails implements ThumbnailExchange {
  readonly #redis: RedisConnection;
  readonly #logger: Logger;

  constructor({ redis, logger }: { redis: RedisConnection; logger: Logger }) {
    this.#redis = redis;
    this.#logger = logger;
  }

  publish(channel: string, thumbnail: Thumbnail | null): void {
    const key = redisKeys.thumbnail(channel);
    const writing =
      thumbnail === null
        ? this.#redis.command(['DEL', key])
        : this.#redis.command(['SET', key, write(thumbnail), 'EX', String(lifetimeS)]);
    writing.catch((error: unknown) => {
      this.#logger.debug({ err: error, channel }, 'A preview could not be written to Redis');
    });
  }

  async find(channel: string): Promise<Thumbnail | null> {
    const text = await this.#redis.command(['GET', redisKeys.thumbnail(channel)]);
    return typeof text === 'string' ? read(text) : null;
  }
}

function write({ version, bytes }: Thumbnail): string {
  return `${version}:${Buffer.from(bytes).toString('base64')}`;
}

function read(text: string): Thumbnail {
  const [version = '', base64 = ''] = text.split(':');
  return { version: Number(version), bytes: Buffer.from(base64, 'base64') };
}

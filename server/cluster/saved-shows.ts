import { type SavedBroadcast, savedBroadcastSchema } from '../broadcast/broadcast-types.ts';
import type { Logger } from '../logger.ts';
import type { Membership } from './membership.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';

/** Writes a show, or removes it, if the lease is still the one of the writer. */
const writeScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[2], ARGV[2]) else redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) end
return 1
`;

/** The shows on air of all web servers, so that another one can go on with them. They contain resume tokens. */
export class SavedShows {
  readonly #redis: RedisConnection;
  readonly #membership: Membership;
  readonly #logger: Logger;
  /** What Redis has of this web server's shows, as JSON by channel. */
  readonly #written = new Map<string, string>();
  #newest: readonly SavedBroadcast[] = [];
  #writing: Promise<void> | null = null;

  constructor(parts: { redis: RedisConnection; membership: Membership; logger: Logger }) {
    this.#redis = parts.redis;
    this.#membership = parts.membership;
    this.#logger = parts.logger;
  }

  /** The show of a channel, whoever owns it; `null` if there is none. @throws AppError `cluster-unavailable` */
  async load(channel: string): Promise<SavedBroadcast | null> {
    const text = await this.#redis.command(['HGET', redisKeys.saved, channel]);
    return typeof text === 'string' ? this.#parse(channel, text) : null;
  }

  /** The shows of all web servers. @throws AppError `cluster-unavailable` */
  async loadAll(): Promise<SavedBroadcast[]> {
    const texts = await this.#redis.hash(redisKeys.saved);
    return [...texts].flatMap(([channel, text]) => this.#parse(channel, text) ?? []);
  }

  /**
   * Writes what has changed among this web server's shows. Resolves when the latest is written, or could not be: then
   * the next call tries again. Never rejects.
   */
  save(shows: readonly SavedBroadcast[]): Promise<void> {
    this.#newest = shows;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  /** Writes everything again: Redis may have lost it. Never rejects. */
  async saveAgain(): Promise<void> {
    await this.#writing;
    this.#written.clear();
    await this.save(this.#newest);
  }

  /** Another web server has the show now, or goes on with it: nothing is written about it from here. */
  forget(channel: string): void {
    this.#written.delete(channel);
    this.#newest = this.#newest.filter((show) => show.channel !== channel);
  }

  async #write(): Promise<void> {
    // Changes of one moment are written together.
    await Promise.resolve();
    for (let done: readonly SavedBroadcast[] | null = null; done !== this.#newest; ) {
      done = this.#newest;
      const texts = new Map(done.map((show) => [show.channel, JSON.stringify(show)]));
      const changed = [...texts].filter(([channel, text]) => this.#written.get(channel) !== text);
      const ended = [...this.#written.keys()].filter((channel) => !texts.has(channel));
      try {
        await Promise.all([
          ...changed.map(([channel, text]) => this.#put(channel, text)),
          ...ended.map((channel) => this.#put(channel, '')),
        ]);
      } catch (error) {
        this.#logger.debug({ err: error }, 'The shows on air could not be written to Redis');
        return;
      }
    }
  }

  async #put(channel: string, text: string): Promise<void> {
    const lease = this.#membership.leaseOf(channel);
    if (lease === null) return;
    const keys = [redisKeys.lease(channel), redisKeys.saved];
    // Without the lease, it is written when the lease is taken again.
    if ((await this.#redis.script(writeScript, keys, [lease, channel, text])) !== 1) return;
    if (text === '') this.#written.delete(channel);
    else this.#written.set(channel, text);
  }

  #parse(channel: string, text: string): SavedBroadcast | null {
    try {
      return savedBroadcastSchema.parse(JSON.parse(text));
    } catch (error) {
      this.#logger.warn({ err: error, channel }, 'A show in Redis cannot be read, and is ignored');
      return null;
    }
  }
}

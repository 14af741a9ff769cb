import type { KeyFiles } from '../access/key-folder.ts';
import { savedKeySchema } from '../access/presenter-keys.ts';
import type { ClusterMessage, SharedListName } from './messages.ts';
import { keptMessages } from './messenger.ts';
import { RedisConnection, type RedisOptions } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';

/** Writes or removes an item that is still as it was read, and tells all web servers. */
const replaceScript = `
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[5], '*', 'm', ARGV[4])
return 1
`;

/** An item that others change at the same moment is read again this often. */
const maxAttempts = 20;

/**
 * The items of the lists that web servers share, as JSON, for a command: it is no web server, and joins nobody. Web
 * servers that run notice every change at once. Every method throws AppError `cluster-unavailable`.
 */
export class SharedEntries {
  readonly #redis: RedisConnection;

  private constructor(redis: RedisConnection) {
    this.#redis = redis;
  }

  static async open(options: RedisOptions): Promise<SharedEntries> {
    return new SharedEntries(await RedisConnection.open(options));
  }

  /** The item with this key; `null` if there is none. */
  async read(list: SharedListName, key: string): Promise<string | null> {
    const text = await this.#redis.command(['HGET', redisKeys[list], key]);
    return typeof text === 'string' ? text : null;
  }

  async keys(list: SharedListName): Promise<string[]> {
    return (await this.#redis.command(['HKEYS', redisKeys[list]])) as string[];
  }

  /**
   * Changes an item in one step.
   * @param change called with the present item, `null` if there is none, and perhaps again, with another one; returns
   * what takes its place: `null` removes it, and the same text changes nothing
   * @returns what was there before
   */
  async update(
    list: SharedListName,
    key: string,
    change: (present: string | null) => string | null,
  ): Promise<string | null> {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const present = await this.read(list, key);
      const text = change(present);
      if (text === present) return present;
      const item: unknown = text === null ? null : JSON.parse(text);
      const message: ClusterMessage = { type: 'shared', list, key, item, from: 'a command' };
      const keys = [redisKeys[list], redisKeys.everyone];
      const values = [key, present ?? '', text ?? '', JSON.stringify(message), keptMessages];
      if ((await this.#redis.script(replaceScript, keys, values)) === 1) return present;
    }
    throw new Error(`The item “${key}” is changed by others all the time. Please try again.`);
  }

  /** What {@link noteMoved} noted of an item; `null` if it was not called. */
  async moved(list: SharedListName, key: string): Promise<string | null> {
    const note = await this.#redis.command(['HGET', redisKeys.moved, `${list}:${key}`]);
    return typeof note === 'string' ? note : null;
  }

  /** Notes which version of an item was brought here, for as long as Redis keeps its data. */
  async noteMoved(list: SharedListName, key: string, version: string): Promise<void> {
    await this.#redis.command(['HSET', redisKeys.moved, `${list}:${key}`, version]);
  }

  close(): void {
    this.#redis.close();
  }
}

/** The presenter keys among the entries. */
export function keyFilesIn(entries: SharedEntries): KeyFiles {
  const list = 'presenterKeys';
  return {
    read: (id) => entries.read(list, id),
    ids: () => entries.keys(list),
    write: async (id, text) => {
      const key = savedKeySchema.parse(JSON.parse(text));
      await entries.update(list, id, () => JSON.stringify(key));
    },
    remove: async (id) => void (await entries.update(list, id, () => null)),
    // A command does its work once, and follows nothing.
    watch: () => () => {},
  };
}

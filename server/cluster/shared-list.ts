import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import { parseJson } from '../parse-json.ts';
import type { SharedListName } from './messages.ts';
import type { Messenger } from './messenger.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';

type ListParts<Item> = {
  name: SharedListName;
  schema: z.ZodType<Item>;
  keyOf: (item: Item) => string;
  redis: RedisConnection;
  messenger: Messenger;
  logger: Logger;
};

/**
 * A list of which every web server has all items in memory, and Redis for good. The last change of an item counts. What
 * is changed while Redis is away is written when it is back.
 */
export class SharedList<Item> {
  readonly #parts: ListParts<Item>;
  /** The items as this web server knows them, and which of them Redis does not have yet. */
  readonly #texts = new Map<string, string>();
  readonly #unwritten = new Set<string>();
  readonly #listeners = new Set<(key: string, item: Item | null) => void>();
  #writing: Promise<void> = Promise.resolve();
  /** Tells whether Redis has lost its data since. */
  #generation = '';

  private constructor(parts: ListParts<Item>) {
    this.#parts = parts;
    parts.messenger.follow((message) => {
      if (message.type !== 'shared' || message.list !== parts.name) return;
      this.#receive(message.key, message.item === null ? null : JSON.stringify(message.item));
    });
  }

  /** @throws AppError `cluster-unavailable` */
  static async open<Item>(parts: ListParts<Item>): Promise<SharedList<Item>> {
    const list = new SharedList(parts);
    list.#generation = await list.#readGeneration();
    // A change that came meanwhile is newer.
    for (const [key, text] of await parts.redis.hash(redisKeys[parts.name]))
      if (!list.#texts.has(key)) list.#texts.set(key, text);
    return list;
  }

  /** All items. Those that cannot be read are left out. */
  items(): Item[] {
    return [...this.#texts.values()].flatMap((text) => this.#parse(text) ?? []);
  }

  /** Calls `listener` with each item that another web server changed; `null` if it was removed. */
  onChanged(listener: (key: string, item: Item | null) => void): void {
    this.#listeners.add(listener);
  }

  /** These are all items now. Resolves when the changes are written, or Redis is away. Never rejects. */
  save(items: readonly Item[]): Promise<void> {
    const texts = new Map(items.map((item) => [this.#parts.keyOf(item), JSON.stringify(item)]));
    for (const key of this.#texts.keys()) if (!texts.has(key)) this.#unwritten.add(key);
    for (const [key, text] of texts) if (this.#texts.get(key) !== text) this.#unwritten.add(key);
    this.#texts.clear();
    for (const [key, text] of texts) this.#texts.set(key, text);
    return this.#flush();
  }

  /**
   * Redis is back: exchanges what has changed meanwhile. If it lost its data, it gets everything that any web server
   * knows; what is missing there then was not removed. Never rejects.
   */
  async reconcile(): Promise<void> {
    try {
      const generation = await this.#readGeneration();
      const kept = await this.#parts.redis.hash(redisKeys[this.#parts.name]);
      if (generation !== this.#generation) {
        for (const key of this.#texts.keys()) if (!kept.has(key)) this.#unwritten.add(key);
        this.#generation = generation;
      }
      const known = new Set([...this.#texts.keys(), ...kept.keys()]);
      for (const key of known) if (!this.#unwritten.has(key)) this.#receive(key, kept.get(key) ?? null);
      await this.#flush();
    } catch (error) {
      this.#parts.logger.warn({ err: error, list: this.#parts.name }, 'A shared list could not be reconciled');
    }
  }

  #flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { name, redis, messenger, logger } = this.#parts;
    for (const key of [...this.#unwritten]) {
      const text = this.#texts.get(key);
      const hash = redisKeys[name];
      try {
        await redis.command(text === undefined ? ['HDEL', hash, key] : ['HSET', hash, key, text]);
        const item = text === undefined ? null : JSON.parse(text);
        await messenger.sendToAll({ type: 'shared', list: name, key, item });
        if (this.#texts.get(key) === text) this.#unwritten.delete(key);
      } catch (error) {
        logger.warn(
          { err: error, list: name },
          'A shared list could not be written to Redis; it is when Redis is back',
        );
        return;
      }
    }
  }

  #receive(key: string, text: string | null): void {
    if ((this.#texts.get(key) ?? null) === text) return;
    if (text === null) this.#texts.delete(key);
    else this.#texts.set(key, text);
    const item = text === null ? null : this.#parse(text);
    if (text !== null && item === null) return;
    notifyEach(
      this.#listeners,
      (listener) => listener(key, item),
      (error) => this.#parts.logger.error({ err: error }, 'A change of a shared list was not followed everywhere'),
    );
  }

  async #readGeneration(): Promise<string> {
    const { redis } = this.#parts;
    await redis.command(['SET', redisKeys.generation, randomUUID(), 'NX']);
    return String(await redis.command(['GET', redisKeys.generation]));
  }

  #parse(text: string): Item | null {
    const parsed = this.#parts.schema.safeParse(parseJson(text));
    if (!parsed.success) this.#parts.logger.warn({ list: this.#parts.name }, 'An item of a shared list cannot be read');
    return parsed.data ?? null;
  }
}

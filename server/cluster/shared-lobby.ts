import type { BroadcastView } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import type { Membership } from './membership.ts';
import type { Messenger } from './messenger.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';

type LobbyParts = { redis: RedisConnection; membership: Membership; messenger: Messenger; logger: Logger };

/**
 * The broadcasts that the lobbies of all web servers show. Each web server publishes those of its own channels, as
 * anyone may see them: in Redis, for as long as it lives, and every change to the others.
 */
export class SharedLobby {
  readonly #parts: LobbyParts;
  /** The entries of the other web servers. */
  readonly #others = new Map<string, Map<string, BroadcastView>>();
  readonly #published = new Map<string, string>();
  readonly #listeners = new Set<() => void>();

  constructor(parts: LobbyParts) {
    this.#parts = parts;
    parts.messenger.follow((message) => {
      if (message.type !== 'lobby') return;
      const entries = message.isWhole ? new Map() : (this.#others.get(message.from) ?? new Map());
      for (const [channel, entry] of message.entries) {
        if (entry === null) entries.delete(channel);
        else entries.set(channel, entry);
      }
      this.#others.set(message.from, entries);
      this.#changed();
    });
    parts.membership.follow({
      rosterChanged: ({ joined, left }) => {
        for (const id of left) this.#others.delete(id);
        for (const id of joined) void this.#load(id);
        if (left.length > 0) this.#changed();
      },
      redisBack: () => {
        for (const id of parts.membership.others) void this.#load(id);
        void this.#publishAgain();
      },
    });
  }

  /** Reads what the others have published. Never rejects. */
  async load(): Promise<void> {
    await Promise.all([...this.#parts.membership.others].map((id) => this.#load(id)));
  }

  /** Calls `listener` when the others' entries change, until the returned function is called. */
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The broadcasts on channels of other web servers. A channel that has just changed its owner counts once. */
  entries(): BroadcastView[] {
    const byChannel = new Map([...this.#others.values()].flatMap((entries) => [...entries]));
    return [...byChannel.values()].filter(({ channel }) => !this.#parts.membership.owns(channel));
  }

  /** Publishes the broadcasts on this web server's channels, as far as they have changed. */
  publish(own: readonly BroadcastView[]): void {
    const texts = new Map(own.map((entry) => [entry.channel, JSON.stringify(entry)]));
    const changed = own.filter(({ channel }) => texts.get(channel) !== this.#published.get(channel));
    const gone = [...this.#published.keys()].filter((channel) => !texts.has(channel));
    if (changed.length + gone.length === 0) return;
    this.#published.clear();
    for (const [channel, text] of texts) this.#published.set(channel, text);
    const { redis, membership, messenger } = this.#parts;
    const key = redisKeys.lobby(membership.id);
    const set = changed.flatMap(({ channel }) => [channel, texts.get(channel) ?? '']);
    if (set.length > 0) this.#write(redis.command(['HSET', key, ...set]));
    if (gone.length > 0) this.#write(redis.command(['HDEL', key, ...gone]));
    messenger.post('everyone', {
      type: 'lobby',
      isWhole: false,
      entries: [
        ...changed.map((entry): [string, BroadcastView] => [entry.channel, entry]),
        ...gone.map((channel): [string, null] => [channel, null]),
      ],
    });
  }

  /** Redis, or the others, may have missed what was published meanwhile. */
  async #publishAgain(): Promise<void> {
    const { redis, membership, messenger } = this.#parts;
    const key = redisKeys.lobby(membership.id);
    const all = [...this.#published];
    this.#write(redis.command(['DEL', key]));
    if (all.length > 0) this.#write(redis.command(['HSET', key, ...all.flat()]));
    const entries = all.map(([channel, text]): [string, BroadcastView] => [channel, JSON.parse(text)]);
    messenger.post('everyone', { type: 'lobby', isWhole: true, entries });
  }

  #write(writing: Promise<unknown>): void {
    writing.catch((error: unknown) => {
      this.#parts.logger.debug({ err: error }, 'The lobby could not be written to Redis');
    });
  }

  async #load(id: string): Promise<void> {
    try {
      const texts = await this.#parts.redis.hash(redisKeys.lobby(id));
      const entries = new Map(
        [...texts].map(([channel, text]): [string, BroadcastView] => [channel, JSON.parse(text)]),
      );
      if (!this.#parts.membership.others.has(id)) return;
      this.#others.set(id, entries);
      this.#changed();
    } catch (error) {
      this.#parts.logger.debug({ err: error }, 'The lobby of another web server could not be read');
    }
  }

  #changed(): void {
    notifyEach(
      this.#listeners,
      (listener) => listener(),
      (error) => this.#parts.logger.error({ err: error }, 'A change of the lobby was not followed everywhere'),
    );
  }
}

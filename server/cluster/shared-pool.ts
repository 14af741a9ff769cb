import { z } from 'zod';
import type { PoolMemberView, PoolView } from '../../lib/pool-view.ts';
import type { Logger } from '../logger.ts';
import type { Membership } from './membership.ts';
import { mergePools } from './merged-pools.ts';
import type { Messenger } from './messenger.ts';
import type { RedisConnection } from './redis-connection.ts';
import { type RegisteredServer, readRegistered } from './registered-servers.ts';
import type { SharedList } from './shared-list.ts';

/** A media server that is being drained, by the id of its view. */
export const drainedServerSchema = z.object({ id: z.string() });

/** A media server that is being drained. */
export type DrainedServer = z.output<typeof drainedServerSchema>;

/** The pool of this web server. */
type OwnPool = {
  /** What this web server has placed. */
  view(): PoolView;
  /** Both return false if this web server does not know the media server. @throws AppError `last-media-server` */
  drain(id: string): boolean;
  undrain(id: string): boolean;
  /** The endpoints that the other web servers have placed, by the id of the media server. */
  shareLoad(elsewhere: ReadonlyMap<string, number>): void;
  /** The media servers that are registered now; `url` has the secret. */
  setRegistered(servers: readonly RegisteredServer[]): void;
};

type PoolParts = {
  redis: RedisConnection;
  membership: Membership;
  messenger: Messenger;
  /** The media servers that the owner is draining, on all web servers. */
  drained: SharedList<DrainedServer>;
  /** The secret of the media servers that register themselves; `null` if none can. */
  secret: string | null;
  pool: OwnPool;
  /** The channel of a broadcast of this web server. */
  channelOf: (broadcastId: string) => string | null;
  logger: Logger;
};

/** How often web servers look for media servers that are new, and tell each other what they placed, in milliseconds. */
const lookEveryMs = 2_000;
const tellEveryMs = 500;

/**
 * One pool of media servers that several web servers use. Each knows what all of them have placed, takes in media servers
 * that register themselves, and drains what the owner drains at any of them.
 */
export class SharedPool {
  readonly #parts: PoolParts;
  /** What the other web servers have said, by their ids. */
  readonly #others = new Map<string, readonly PoolMemberView[]>();
  readonly #stops: (() => void)[];
  readonly #timers: NodeJS.Timeout[];
  #told = '';
  /** The media servers that were registered at the last look. */
  #registered: readonly RegisteredServer[] = [];
  /** Those to be drained that cannot be spared yet. */
  readonly #notSpared = new Set<string>();
  #looking: Promise<void> | null = null;

  constructor(parts: PoolParts) {
    const { membership, messenger, drained } = parts;
    this.#parts = parts;
    const tellAgain = () => {
      this.#told = '';
    };
    this.#stops = [
      messenger.follow((message) => {
        if (message.type !== 'pool') return;
        this.#others.set(message.from, message.members);
        this.#shareLoad();
      }),
      membership.follow({
        rosterChanged: ({ joined, left }) => {
          for (const id of left) this.#others.delete(id);
          if (joined.length > 0) tellAgain();
          if (left.length > 0) this.#shareLoad();
        },
        redisBack: tellAgain,
      }),
    ];
    drained.onChanged((id, item) => this.#follow(id, item));
    for (const item of drained.items()) this.#follow(item.id, item);
    this.#timers = [setInterval(() => void this.look(), lookEveryMs), setInterval(() => this.#notify(), tellEveryMs)];
  }

  /** All media servers that any web server knows, with the shows of all. */
  view(): PoolView {
    return mergePools(this.#ownView(), [...this.#others.values()]);
  }

  /** As the pool does, at all web servers. @throws AppError `last-media-server` */
  async drain(id: string): Promise<boolean> {
    const { pool, drained } = this.#parts;
    const isKnown = pool.drain(id) || this.#isElsewhere(id);
    if (isKnown) await drained.save([...drained.items().filter((item) => item.id !== id), { id }]);
    return isKnown;
  }

  async undrain(id: string): Promise<boolean> {
    const { pool, drained } = this.#parts;
    const isKnown = pool.undrain(id) || this.#isElsewhere(id);
    if (isKnown) await drained.save(drained.items().filter((item) => item.id !== id));
    return isKnown;
  }

  /** Takes in the media servers that are registered now, and lets those go that no longer are. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const stop of this.#stops) stop();
  }

  async #look(): Promise<void> {
    const { secret, pool, drained, logger } = this.#parts;
    try {
      if (secret !== null) {
        this.#registered = await this.#readRegistered(secret);
        pool.setRegistered(withSecret(this.#registered, secret));
      }
    } catch (error) {
      // Nobody can renew anything while Redis is away, so everything stays.
      logger.debug({ err: error }, 'The registered media servers could not be read');
    }
    // One that has just joined, or that could not be spared before, may be one that is to be drained.
    for (const item of drained.items()) this.#follow(item.id, item);
  }

  /**
   * The media servers that are registered, and, as long as they may be missing only because they could not renew their
   * registrations, those that were.
   */
  async #readRegistered(secret: string): Promise<readonly RegisteredServer[]> {
    const { redis, membership } = this.#parts;
    // It finds out whether Redis was away, or has lost its data.
    await membership.heartbeat();
    const present = await readRegistered(redis, secret);
    if (membership.redisState === 'up' && !membership.isRegrouping) return present;
    return [...present, ...this.#registered.filter(({ url }) => present.every((one) => one.url !== url))];
  }

  #follow(id: string, item: DrainedServer | null): void {
    const { pool, logger } = this.#parts;
    try {
      if (item === null) pool.undrain(id);
      else pool.drain(id);
      this.#notSpared.delete(id);
    } catch (error) {
      // It is tried again at each look.
      if (this.#notSpared.has(id)) return;
      this.#notSpared.add(id);
      logger.warn({ err: error, id }, 'A media server cannot be drained here yet, as there is no other one');
    }
  }

  #isElsewhere(id: string): boolean {
    return [...this.#others.values()].flat().some((member) => member.id === id);
  }

  #ownView(): PoolView {
    const { pool, channelOf } = this.#parts;
    const members = pool.view().members.map(({ shows, ...member }) => ({
      ...member,
      shows: shows.map((show) => ({ ...show, channel: channelOf(show.broadcastId) })),
    }));
    return { members };
  }

  #notify(): void {
    const { members } = this.#ownView();
    // The use of processors changes all the time, and each web server reads it itself.
    const news = JSON.stringify(members.map(({ load, isSpared, ...member }) => member));
    if (news === this.#told || this.#parts.membership.others.size === 0) return;
    this.#told = news;
    this.#parts.messenger.post('everyone', { type: 'pool', members });
  }

  #shareLoad(): void {
    const sums = new Map<string, number>();
    for (const { id, shows } of [...this.#others.values()].flat()) {
      const placed = shows.reduce((sum, { viewers }) => sum + viewers + 1, 0);
      sums.set(id, (sums.get(id) ?? 0) + placed);
    }
    this.#parts.pool.shareLoad(sums);
  }
}

/** The registered media servers with the secret in their addresses, as the pool connects to them. */
export function withSecret(servers: readonly RegisteredServer[], secret: string): RegisteredServer[] {
  return servers.map(({ url, capacity }) => {
    const address = new URL(url);
    address.searchParams.set('secret', secret);
    return { url: address.href, capacity };
  });
}

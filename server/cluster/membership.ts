import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import { clusterUnavailable, type RedisConnection } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';

/** How long a web server counts as alive, and owns its channels, without a heartbeat, in milliseconds. */
const leaseMs = 4_000;
const heartbeatEveryMs = 1_000;
/** What only a living web server needs is forgotten after this time, in milliseconds. */
const forgetMs = 60_000;

/** A lease on a channel: the highest fencing number owns it. */
export type Lease = { readonly channel: string; readonly fence: number; readonly takenAt: number };

/** The events of a membership; a listener has methods for some of them. */
type MembershipEvents = Partial<{
  /** Web servers came, or went: ended, died, or have been silent for too long. */
  rosterChanged(change: { joined: readonly string[]; left: readonly string[] }): void;
  /** Another web server owns the channel. Whatever is done for it here must stop. */
  leaseLost(channel: string): void;
  /** Redis does not answer, or answers again, and the leases are held that were not lost. */
  redisAway(): void;
  redisBack(): void;
}>;

/** Why a channel could not be taken: the web server that owns it. */
export type OwnedBy = { readonly owner: string };

/** Extends the life of this web server and of its leases, and returns the others and what became of each lease. */
const heartbeatScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id, life, forget = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local last = tonumber(redis.call('GET', KEYS[5]) or '0')
if now - last > life then redis.call('SET', KEYS[6], '1', 'PX', life) end
redis.call('SET', KEYS[5], string.format('%d', now))
redis.call('ZADD', KEYS[1], now + life, id)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('EXISTS', KEYS[3]) == 0 then redis.call('XADD', KEYS[3], '*', 'm', '{}') end
redis.call('PEXPIRE', KEYS[3], forget)
redis.call('PEXPIRE', KEYS[4], forget)
local held = {}
for i = 7, #KEYS do
  local fence, channel = tonumber(ARGV[2 * i - 10]), ARGV[2 * i - 9]
  local present = redis.call('GET', KEYS[i])
  local known = tonumber(redis.call('HGET', KEYS[2], channel) or '0')
  local other = present and tonumber(string.match(present, '^%d+')) or 0
  local taken = present and other == fence and string.match(present, ':(.*)$') ~= id
  if known > fence or other > fence or taken then
    held[#held + 1] = 0
  else
    redis.call('SET', KEYS[i], string.format('%d', fence) .. ':' .. id, 'PX', life)
    redis.call('HSET', KEYS[2], channel, string.format('%d', fence))
    held[#held + 1] = 1
  end
end
return { redis.call('ZRANGE', KEYS[1], 0, -1), held, redis.call('EXISTS', KEYS[6]) }
`;

/** Takes a lease that nobody holds, with the next fencing number. Returns the number, or the present lease. */
const takeScript = `
local present = redis.call('GET', KEYS[1])
if present then return present end
local fence = redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
redis.call('SET', KEYS[1], string.format('%d', fence) .. ':' .. ARGV[2], 'PX', ARGV[3])
return fence
`;

const releaseScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

/**
 * One web server among others: it is in their roster, and holds leases on the channels that it owns. Both last for some
 * seconds, and are renewed every second.
 *
 * While Redis is unavailable, nobody can take a lease, so the former holder still owns the channel. If a lease ended
 * meanwhile and nobody else took it, it is taken again with its own fencing number; a higher one decides for the other.
 * When Redis is back, the former owners have the time of a lease for that, before others may continue their shows.
 */
export class Membership {
  readonly id: string;
  readonly #redis: RedisConnection;
  readonly #logger: Logger;
  readonly #leases = new Map<string, Lease>();
  readonly #listeners = new Set<MembershipEvents>();
  #others: ReadonlySet<string> = new Set();
  /** When the last heartbeat that succeeded began, by the monotonic clock in milliseconds. */
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #redisState: 'up' | 'away' = 'up';
  #isRegrouping = false;
  #beating: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor({ id, redis, logger }: { id: string; redis: RedisConnection; logger: Logger }) {
    this.id = id;
    this.#redis = redis;
    this.#logger = logger;
  }

  /** Joins the others. @throws AppError `cluster-unavailable` */
  async join(): Promise<void> {
    await this.#beat();
    this.#timer = setInterval(() => void this.heartbeat(), heartbeatEveryMs);
  }

  /** The other web servers. */
  get others(): ReadonlySet<string> {
    return this.#others;
  }

  get redisState(): 'up' | 'away' {
    return this.#redisState;
  }

  /**
   * Whether leases may be missing only because nobody could renew them for a while, such as after an outage of Redis.
   * Their owners take them again within some seconds; until then, nobody else may go on with their shows.
   */
  get isRegrouping(): boolean {
    return this.#isRegrouping;
  }

  /** The channels that this web server owns. */
  get channels(): string[] {
    return [...this.#leases.keys()];
  }

  /** The lease on a channel as it is written in Redis, for what only its owner may write; `null` if there is none. */
  leaseOf(channel: string): string | null {
    const lease = this.#leases.get(channel);
    return lease === undefined ? null : `${lease.fence}:${this.id}`;
  }

  owns(channel: string): boolean {
    return this.#leases.has(channel);
  }

  /** For how long this web server has owned the channel, in milliseconds; 0 if it does not. */
  ownedMs(channel: string): number {
    const lease = this.#leases.get(channel);
    return lease === undefined ? 0 : performance.now() - lease.takenAt;
  }

  /** Calls `listener` at every event until the returned function is called. */
  follow(listener: MembershipEvents): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Takes the channel, unless another web server owns it.
   * @returns the lease, or the other owner
   * @throws AppError `cluster-unavailable`
   */
  async take(channel: string): Promise<Lease | OwnedBy> {
    const held = this.#leases.get(channel);
    if (held !== undefined) return held;
    if (this.#redisState === 'away') throw clusterUnavailable();
    const keys = [redisKeys.lease(channel), redisKeys.fences];
    const taken = await this.#redis.script(takeScript, keys, [channel, this.id, String(leaseMs)]);
    const owner = typeof taken === 'string' ? ownerIn(taken) : null;
    if (owner !== null && owner !== this.id) return { owner };
    const fence = typeof taken === 'string' ? Number.parseInt(taken, 10) : Number(taken);
    const lease = this.#leases.get(channel) ?? { channel, fence, takenAt: performance.now() };
    this.#leases.set(channel, lease);
    return lease;
  }

  /** The web server that owns the channel; `null` if none does. @throws AppError `cluster-unavailable` */
  async ownerOf(channel: string): Promise<string | null> {
    if (this.#leases.has(channel)) return this.id;
    const present = await this.#redis.command(['GET', redisKeys.lease(channel)]);
    return typeof present === 'string' ? ownerIn(present) : null;
  }

  /**
   * Whether this web server owns the channel, which is asked again in Redis if the last heartbeat is too old: this
   * process may have been stopped for a while without noticing.
   */
  async confirm(channel: string): Promise<boolean> {
    const isStale = () => performance.now() - this.#confirmedAt >= leaseMs;
    // The first one may have begun before this process was stopped.
    if (isStale()) await this.heartbeat();
    if (isStale()) await this.heartbeat();
    return this.#leases.has(channel);
  }

  /** Gives the channel up. What could not be given up expires on its own. Never rejects. */
  async release(channel: string): Promise<void> {
    const lease = this.leaseOf(channel);
    this.#leases.delete(channel);
    if (lease === null) return;
    await this.#redis.script(releaseScript, [redisKeys.lease(channel)], [lease]).catch(() => {});
  }

  /** Leaves the others at once, with all channels. Never rejects. */
  async leave(): Promise<void> {
    this.#stop();
    await this.#beating;
    const releases = this.channels.map((channel) => this.release(channel));
    await Promise.all([...releases, this.#redis.command(['ZREM', redisKeys.roster, this.id]).catch(() => {})]);
  }

  /** Renews everything now. Never rejects. */
  heartbeat(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#beating ??= this.#beat()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#beating = null;
      });
    return this.#beating;
  }

  #stop(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    const beganAt = performance.now();
    const leases = [...this.#leases.values()];
    const { roster, fences, inbox, lobby, lastHeartbeat, regrouping, lease } = redisKeys;
    const own = [roster, fences, inbox(this.id), lobby(this.id), lastHeartbeat, regrouping];
    const keys = [...own, ...leases.map(({ channel }) => lease(channel))];
    const held = leases.flatMap(({ fence, channel }) => [String(fence), channel]);
    const answer = await this.#redis.script(heartbeatScript, keys, [
      ...[this.id, String(leaseMs), String(forgetMs)],
      ...held,
    ]);
    const [alive, states, regroups] = answer as [string[], number[], number];
    this.#confirmedAt = beganAt;
    const lost = leases.filter((one, index) => states[index] === 0 && this.#leases.get(one.channel) === one);
    for (const { channel } of lost) {
      this.#leases.delete(channel);
      this.#logger.error({ channel }, 'Another web server has taken the channel; its show is given up here');
      this.#notify((listener) => listener.leaseLost?.(channel));
    }
    if (this.#redisState === 'away') {
      this.#redisState = 'up';
      this.#logger.info('Redis answers again');
      this.#notify((listener) => listener.redisBack?.());
    }
    this.#isRegrouping = regroups === 1;
    this.#noteRoster(alive);
  }

  #noteRoster(alive: readonly string[]): void {
    const before = this.#others;
    // Some may only be slower to find out that Redis is back.
    const known = this.#isRegrouping ? [...before, ...alive] : alive;
    this.#others = new Set(known.filter((id) => id !== this.id));
    const joined = [...this.#others].filter((id) => !before.has(id));
    const left = [...before].filter((id) => !this.#others.has(id));
    if (joined.length + left.length > 0) this.#notify((listener) => listener.rosterChanged?.({ joined, left }));
  }

  #failed(error: unknown): void {
    if (this.#redisState === 'away' || this.#isClosed) return;
    this.#redisState = 'away';
    this.#logger.error({ err: error }, 'Redis does not answer: shows go on, but nobody gets in from other web servers');
    this.#notify((listener) => listener.redisAway?.());
  }

  #notify(notify: (listener: MembershipEvents) => void): void {
    notifyEach(this.#listeners, notify, (error) =>
      this.#logger.error({ err: error }, 'A change among the web servers was not followed everywhere'),
    );
  }
}

function ownerIn(lease: string): string {
  return lease.slice(lease.indexOf(':') + 1);
}

import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppError } from '../../../lib/errors.ts';
import type { PoolMemberView, PoolSiteView } from '../../../lib/pool-view.ts';
import type { GatewayListener } from '../../broadcast/media-gateway.ts';
import type { Logger } from '../../logger.ts';
import { serverLost } from '../kurento-errors.ts';
import type { KurentoGateway } from '../kurento-gateway.ts';

/** How a media server of a pool is reached. */
export type PoolMemberParts = {
  /** The address, without a secret. */
  name: string;
  /** Connects; `signal` ends the attempt. */
  open: (listener: GatewayListener, signal: AbortSignal) => Promise<KurentoGateway>;
  /** How many viewers it should carry at most: the measure of its load. */
  viewers: number;
  /** How many endpoints others have placed on the media server with this id. */
  elsewhere: (id: string) => number;
  /** How long it gets nothing after it came back, if another one has room, in milliseconds: doubled with each loss. */
  probationMs: number;
  logger: Logger;
  /** It answers for the first time. */
  joined: (member: PoolMember) => void;
  /** It answers again. */
  regained: (member: PoolMember) => void;
  /** It no longer answers; everything on it is gone. */
  lost: (member: PoolMember, error: AppError) => void;
};

/** How long to wait before the next attempt to reach a media server that was never there, in milliseconds. */
const retryDelayMs = 2_000;
/** How often the use of processors is read, and over which time, in milliseconds; see the README for why so short. */
const cpu = { everyMs: 5_000, intervalMs: 100 };
/** How much the latest reading counts. */
const cpuWeight = 0.4;
/** The use of processors from which on a media server gets nothing more, if another one has room, in percent. */
const busyPercent = 85;
/** The longest probation, in milliseconds. */
const longestProbationMs = 600_000;
/** Below this, in percent, the use of processors is what was placed there, and chance. */
const notedPercent = 50;

/** One media server of a pool: its connection, its health and its load. */
export class PoolMember {
  /** A short text that is the same for every web server and at every start, made from the name. */
  readonly id: string;
  readonly name: string;
  /** The shows that have their origin or an edge here. */
  readonly sites = new Set<PoolSiteView>();
  readonly #parts: PoolMemberParts;
  readonly #closed = new AbortController();
  #gateway: KurentoGateway | null = null;
  #health: PoolMemberView['health'] = 'unreached';
  #usedCpu: number | null = null;
  #isDraining = false;
  #cpuTimer: NodeJS.Timeout | undefined;
  /** The next probation, in milliseconds, and until when the present one lasts, on the monotonic clock. */
  #probationMs: number;
  #probationUntil = Number.NEGATIVE_INFINITY;
  #connecting: Promise<void> = Promise.resolve();

  constructor(parts: PoolMemberParts) {
    this.id = memberIdOf(parts.name);
    this.name = parts.name;
    this.#parts = parts;
    this.#probationMs = parts.probationMs;
  }

  /** Whether it answers. */
  get isUp(): boolean {
    return this.#health === 'up';
  }

  /** @throws AppError `media-server-unavailable` unless it answers */
  get gateway(): KurentoGateway {
    if (this.#gateway === null || !this.isUp) throw serverLost();
    return this.#gateway;
  }

  /** Whether it gets nothing if another one has room: its processors have none, or it came back only now. */
  get isSpared(): boolean {
    return (this.#usedCpu ?? 0) >= busyPercent || performance.now() < this.#probationUntil;
  }

  /** Whether it is to become empty: it gets nothing as long as there is another one. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  set isDraining(isDraining: boolean) {
    this.#isDraining = isDraining;
  }

  /** How full it is; 1 is full. */
  get share(): number {
    const placed = (this.#endpoints + this.#parts.elsewhere(this.id)) / this.#parts.viewers;
    const used = this.#usedCpu ?? 0;
    return used < notedPercent ? placed : Math.max(placed, used / 100);
  }

  /**
   * Connects, and tries again until it is reached or closed.
   * @returns the first attempt
   * @throws AppError `media-server-unavailable` if that fails
   */
  connect(): Promise<void> {
    const first = this.#reach();
    this.#connecting = first.catch((error: unknown) => this.#keepTrying(error));
    return first;
  }

  /** As the owner sees it. */
  view(): PoolMemberView {
    const load = { endpoints: this.#endpoints, usedCpu: this.#usedCpu, share: this.share };
    const shows = [...this.sites].map((site) => ({ ...site }));
    const drain = !this.#isDraining ? 'none' : this.sites.size > 0 ? 'draining' : 'drained';
    return { id: this.id, name: this.name, health: this.#health, drain, isSpared: this.isSpared, load, shows };
  }

  /** Closes everything on it and the connection. Never rejects. */
  async close(): Promise<void> {
    this.#closed.abort();
    clearInterval(this.#cpuTimer);
    await this.#connecting;
    await this.#gateway?.close();
  }

  /** The endpoints of viewers, and of one presenter or one bridge for each show. */
  get #endpoints(): number {
    return [...this.sites].reduce((sum, { viewers }) => sum + viewers + 1, 0);
  }

  async #reach(): Promise<void> {
    const { open, joined, regained, lost } = this.#parts;
    const listener: GatewayListener = {
      lost: (error) => {
        this.#health = 'lost';
        this.#usedCpu = null;
        lost(this, error);
      },
      regained: () => {
        this.#health = 'up';
        this.#probationUntil = performance.now() + this.#probationMs;
        this.#probationMs = Math.min(this.#probationMs * 2, longestProbationMs);
        regained(this);
      },
    };
    this.#gateway = await open(listener, this.#closed.signal);
    if (this.#closed.signal.aborted) return;
    this.#health = 'up';
    this.#cpuTimer = setInterval(() => void this.#readCpu(), cpu.everyMs);
    void this.#readCpu();
    joined(this);
  }

  async #keepTrying(failure: unknown): Promise<void> {
    const { logger, name } = this.#parts;
    const { signal } = this.#closed;
    let error = failure;
    while (!signal.aborted) {
      logger.warn({ err: error, mediaServer: name }, 'A media server of the pool cannot be reached; trying again');
      try {
        await delay(retryDelayMs, undefined, { signal });
        await this.#reach();
        logger.info({ mediaServer: name }, 'A media server joined the pool');
        return;
      } catch (next) {
        error = next;
      }
    }
  }

  async #readCpu(): Promise<void> {
    if (!this.isUp) return;
    try {
      const read = await this.#gateway?.usedCpu(cpu.intervalMs);
      if (read === undefined || !this.isUp) return;
      // A process that has just started is busy for a moment, which says nothing.
      this.#usedCpu = (this.#usedCpu ?? 0) * (1 - cpuWeight) + read * cpuWeight;
    } catch (error) {
      this.#parts.logger.debug({ err: error, mediaServer: this.name }, 'A media server did not report its use of CPU');
    }
  }
}

/** The id of a media server with this name. Machines that call themselves the same are different ones. */
function memberIdOf(name: string): string {
  const { hostname: host } = URL.canParse(name) ? new URL(name) : { hostname: name };
  const isLocal = /^(?:localhost|127\..*|\[::1\])$/.test(host);
  return createHash('sha256')
    .update(isLocal ? `${hostname()} ${name}` : name)
    .digest('hex')
    .slice(0, 12);
}

import type { EndpointServersSource } from '../../ice/endpoint-servers.ts';
import type { Logger } from '../../logger.ts';
import { lastMediaServer } from '../kurento-errors.ts';
import { withoutSecret } from '../kurento-gateway.ts';
import { Drain } from './drain.ts';
import type { PoolMember } from './pool-member.ts';
import type { PooledPipeline } from './pooled-pipeline.ts';

/** A media server to take into a pool. */
export type PoolServer = {
  /** Its address, e.g. `ws://127.0.0.1:8888/kurento`. */
  url: string;
  /** The STUN and TURN servers for each of its endpoints; none by default. */
  endpointServers?: EndpointServersSource;
  /** With how many endpoints it counts as full; `viewersPerServer` by default. */
  capacity?: number | null;
};

/** The parts of the members of a pool. */
type MembersParts = {
  make: (server: PoolServer) => PoolMember;
  /** The pipelines of the pool that are open now. */
  pipelines: () => readonly PooledPipeline[];
  /** How long each link has to be made elsewhere when its media server is drained, in milliseconds. */
  moveTimeoutMs: number;
  logger: Logger;
  /** A media server was let go. */
  left: () => void;
};

/** The media servers of a pool: those of the settings, and those that come and go. */
export class PoolMembers {
  readonly #parts: MembersParts;
  readonly #members: PoolMember[];
  readonly #drains = new Map<PoolMember, { drain: Drain; over: Promise<void> }>();
  /** The members that registered themselves, by their addresses with the secret. */
  readonly #registered = new Map<string, PoolMember>();
  /** Those of them that no longer are, while something is still there. */
  readonly #leaving = new Set<PoolMember>();

  constructor(servers: readonly PoolServer[], parts: MembersParts) {
    this.#parts = parts;
    this.#members = servers.map((server) => parts.make(server));
  }

  get all(): readonly PoolMember[] {
    return this.#members;
  }

  /** Those that answer. */
  get up(): PoolMember[] {
    return this.#members.filter(({ isUp }) => isUp);
  }

  /** Those that take something: the ones that are being drained only if there are no others. */
  get open(): PoolMember[] {
    const { up } = this;
    const staying = up.filter(({ isDraining }) => !isDraining);
    return staying.length > 0 ? staying : up;
  }

  /**
   * Places nothing on a media server from now on, and moves what is there to others. May be called twice.
   * @returns false if there is no media server with this id
   * @throws AppError `last-media-server` if no other one takes anything
   */
  drain(id: string): boolean {
    const member = this.#members.find((one) => one.id === id);
    if (member === undefined) return false;
    if (this.#drains.has(member)) return true;
    if (!this.up.some((one) => one !== member && !one.isDraining)) throw lastMediaServer();
    const { pipelines, moveTimeoutMs, logger } = this.#parts;
    member.isDraining = true;
    const drain = new Drain({ member, pipelines, moveTimeoutMs, logger });
    logger.info({ mediaServer: member.name }, 'A media server is being drained');
    this.#drains.set(member, { drain, over: drain.run() });
    return true;
  }

  /** Uses a media server again; what was moved stays where it is. Returns false if there is none with this id. */
  undrain(id: string): boolean {
    const member = this.#members.find((one) => one.id === id);
    if (member === undefined) return false;
    member.isDraining = false;
    this.#drains.get(member)?.drain.stop();
    if (this.#drains.delete(member)) {
      this.#parts.logger.info({ mediaServer: member.name }, 'A media server is used again');
    }
    return true;
  }

  /** See {@link MediaServerPool.setRegistered}. */
  setRegistered(servers: readonly PoolServer[]): void {
    const urls = new Set(servers.map(({ url }) => url));
    for (const server of servers) {
      const present = this.#registered.get(server.url);
      if (present === undefined) this.#take(server);
      else if (this.#leaving.delete(present)) this.undrain(present.id);
    }
    for (const [url, member] of this.#registered) if (!urls.has(url)) this.#letGo(url, member);
  }

  /** Stops moving anything. */
  async stopDrains(): Promise<void> {
    for (const { drain } of this.#drains.values()) drain.stop();
    await Promise.all([...this.#drains.values()].map(({ over }) => over));
  }

  #take(server: PoolServer): void {
    const name = withoutSecret(server.url);
    if (this.#members.some((one) => one.name === name)) return;
    const member = this.#parts.make(server);
    this.#registered.set(server.url, member);
    this.#members.push(member);
    this.#parts.logger.info({ mediaServer: name }, 'A media server has registered itself');
    // It is tried again until it answers, which is logged.
    member.connect().catch(() => undefined);
  }

  #letGo(url: string, member: PoolMember): void {
    const { logger, left } = this.#parts;
    if (member.isUp && member.sites.size > 0) {
      if (this.#leaving.has(member)) return;
      this.#leaving.add(member);
      logger.warn({ mediaServer: member.name }, 'A media server is not registered any more; it is drained');
      // Without another one, everything stays until it is gone.
      if (this.up.some((one) => one !== member && !one.isDraining)) this.drain(member.id);
      return;
    }
    this.undrain(member.id);
    this.#registered.delete(url);
    this.#leaving.delete(member);
    this.#members.splice(this.#members.indexOf(member), 1);
    logger.info({ mediaServer: member.name }, 'A media server has left the pool');
    void member.close();
    left();
  }
}

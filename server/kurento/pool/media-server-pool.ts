import type { AppError } from '../../../lib/errors.ts';
import type { PoolView } from '../../../lib/pool-view.ts';
import type { BroadcastPipeline, GatewayListener, MediaGateway } from '../../broadcast/media-gateway.ts';
import type { Logger } from '../../logger.ts';
import { closedMeanwhile, isFaultOfServer, serverLost } from '../kurento-errors.ts';
import { openKurentoGateway, withoutSecret } from '../kurento-gateway.ts';
import type { FoundPipelines } from '../kurento-orphans.ts';
import { MutableListener } from '../mutable-listener.ts';
import { leastBy } from './placement.ts';
import { PoolMember } from './pool-member.ts';
import { PoolMembers, type PoolServer } from './pool-members.ts';
import type { PoolOptions } from './pool-options.ts';
import { PooledPipeline } from './pooled-pipeline.ts';

/** Less than for a single media server, where waiting is all that can be done. */
const defaultOutageTimeoutMs = 1_000;
/** One that dies again and again is empty each time, and would otherwise get everything that is new. */
const defaultProbationMs = 10_000;
/** On a slow network, a link takes some seconds. */
const defaultMoveTimeoutMs = 8_000;
/** How long the start waits for the other media servers once one was reached, in milliseconds. */
const settleMs = 2_000;
/** At 2.5 Mbit/s, this takes no more of a media server than as many viewers. */
const defaultEdgesPerServer = 8;
/** Viewers who reconnect, or reload the page, find the edge still there. */
const defaultEdgeIdleTimeoutMs = 30_000;

/**
 * Connects to several media servers. Those that do not answer are tried again, as long as there is one that does.
 * @throws AppError `media-server-unavailable` if none answers
 */
export async function openMediaServerPool(options: PoolOptions): Promise<MediaServerPool> {
  const pool = new MediaServerPool(options);
  try {
    await pool.connect();
    return pool;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** Several media servers that look like one. */
export class MediaServerPool implements MediaGateway {
  readonly #options: PoolOptions;
  readonly #logger: Logger;
  readonly #listener: MutableListener<GatewayListener>;
  readonly #members: PoolMembers;
  readonly #pipelines = new Set<PooledPipeline>();
  /** The broadcasts whose pipelines are kept, once orphans were released; then also on media servers that join later. */
  #kept: ReadonlySet<string> | null = null;
  /** How many endpoints others have placed on each media server, by its id. */
  #elsewhere: ReadonlyMap<string, number> = new Map();
  #phase: 'opening' | 'up' | 'lost' | 'closed' = 'opening';
  #closing: Promise<void> | undefined;

  constructor(options: PoolOptions) {
    const logger = options.logger.child({ part: 'pool' });
    this.#options = options;
    this.#logger = logger;
    this.#listener = new MutableListener(options.listener, logger);
    this.#members = new PoolMembers(options.servers, {
      logger,
      make: (server) => this.#member(server),
      pipelines: () => [...this.#pipelines],
      moveTimeoutMs: options.moveTimeoutMs ?? defaultMoveTimeoutMs,
      left: () => {
        if (this.#phase === 'up' && this.#members.up.length === 0) this.#isLost(serverLost());
      },
    });
  }

  /**
   * Resolves once the media servers have answered, or one of them and the others take too long.
   * @throws AppError `media-server-unavailable` if none answers
   */
  async connect(): Promise<void> {
    // Some may register themselves later.
    if (this.#members.all.length === 0) this.#phase = 'lost';
    if (this.#phase === 'lost') return;
    const opening = this.#members.all.map((member) => member.connect());
    const all = Promise.allSettled(opening);
    await Promise.any(opening).catch((error: unknown) => {
      throw error instanceof AggregateError ? error.errors[0] : error;
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, settleMs);
    });
    await Promise.race([all, late]);
    clearTimeout(timer);
    const up = this.#members.up.length;
    if (this.#phase === 'opening') this.#phase = up > 0 ? 'up' : 'lost';
    this.#logger.info({ up, of: this.#members.all.length }, 'The pool of media servers is ready');
  }

  async openPipeline(request: { broadcastId: string; failed: (error: AppError) => void }): Promise<BroadcastPipeline> {
    const tried = new Set<PoolMember>();
    let failure: unknown;
    for (;;) {
      if (this.#closing !== undefined) throw closedMeanwhile();
      const untried = this.#members.open.filter((one) => !tried.has(one));
      const ready = untried.filter(({ isSpared }) => !isSpared);
      const member = leastBy(ready.length > 0 ? ready : untried, ({ share }) => share);
      if (member === null) throw failure ?? serverLost();
      try {
        return await this.#openPipelineOn(member, request);
      } catch (error) {
        if (!isFaultOfServer(error)) throw error;
        tried.add(member);
        failure = error;
      }
    }
  }

  /** Whether there is a media server that answers. */
  get isAvailable(): boolean {
    return this.#members.up.length > 0;
  }

  /** The type and version of the first media server that answers. */
  async describe(): Promise<{ type: string; version: string }> {
    const [first] = this.#members.up;
    if (first === undefined) throw serverLost();
    return await first.gateway.describe();
  }

  async listPipelines(): Promise<string[]> {
    const lists = await Promise.all(this.#members.up.map(({ gateway }) => gateway.listPipelines()));
    return lists.flat();
  }

  async releaseOrphans(keep: ReadonlySet<string>): Promise<number> {
    this.#kept = keep;
    const counts = await Promise.all(this.#members.up.map(({ gateway }) => gateway.releaseOrphans(keep)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Finds what another process has opened for a broadcast, wherever that is; see {@link KurentoGateway}. */
  async findBroadcast(broadcastId: string): Promise<FoundPipelines> {
    const found = await Promise.all(this.#members.up.map(({ gateway }) => gateway.findBroadcast(broadcastId)));
    return {
      count: found.reduce((sum, { count }) => sum + count, 0),
      release: async () => {
        const counts = await Promise.all(found.map((one) => one.release()));
        return counts.reduce((sum, count) => sum + count, 0);
      },
    };
  }

  /**
   * The media servers that have registered themselves, which may change at any time. A new one is used as soon as it
   * answers. One that is no longer among them is drained, and let go when it is empty or gone.
   */
  setRegistered(servers: readonly PoolServer[]): void {
    const { endpointServersOfRegistered: endpointServers } = this.#options;
    if (this.#closing !== undefined) return;
    this.#members.setRegistered(
      endpointServers === undefined ? servers : servers.map((server) => ({ ...server, endpointServers })),
    );
  }

  /** How many endpoints others have placed on each media server, by its id. */
  shareLoad(elsewhere: ReadonlyMap<string, number>): void {
    this.#elsewhere = elsewhere;
  }

  /** The media servers as the owner sees them. */
  view(): PoolView {
    return { members: this.#members.all.map((member) => member.view()) };
  }

  /**
   * Places nothing on a media server from now on, and moves what is there to others, one link after the other. May be
   * called twice.
   * @param id that of the view
   * @returns false if there is no such media server
   * @throws AppError `last-media-server` if no other one takes anything
   */
  drain(id: string): boolean {
    return this.#members.drain(id);
  }

  /** Uses a media server again that was drained; what was moved stays where it is. Returns false if there is none. */
  undrain(id: string): boolean {
    return this.#members.undrain(id);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#phase = 'closed';
    this.#listener.mute();
    await this.#members.stopDrains();
    await Promise.all([...this.#pipelines].map((pipeline) => pipeline.close()));
    await Promise.all(this.#members.all.map((member) => member.close()));
  }

  async #openPipelineOn(
    member: PoolMember,
    { broadcastId, failed }: { broadcastId: string; failed: (error: AppError) => void },
  ): Promise<PooledPipeline> {
    const { viewersPerServer, viewersAtOrigin = viewersPerServer, edgesPerServer, edgeIdleTimeoutMs } = this.#options;
    const pipeline = new PooledPipeline({
      ...{ broadcastId, member, failed, logger: this.#logger },
      left: (closing) => this.#pipelines.delete(closing),
      membersOpen: () => this.#members.open,
      budget: { origin: viewersAtOrigin, edge: viewersPerServer },
      edgesPerSite: edgesPerServer ?? defaultEdgesPerServer,
      edgeIdleTimeoutMs: edgeIdleTimeoutMs ?? defaultEdgeIdleTimeoutMs,
    });
    await pipeline.open();
    this.#pipelines.add(pipeline);
    if (this.#closing === undefined) return pipeline;
    await pipeline.close();
    throw closedMeanwhile();
  }

  #member({ url, endpointServers, capacity }: PoolServer): PoolMember {
    const { instanceId, logger, requestTimeoutMs, connectTimeoutMs, outageTimeoutMs, viewersPerServer } = this.#options;
    const name = withoutSecret(url);
    return new PoolMember({
      name,
      logger: this.#logger,
      viewers: capacity ?? viewersPerServer,
      elsewhere: (id) => this.#elsewhere.get(id) ?? 0,
      probationMs: this.#options.probationMs ?? defaultProbationMs,
      open: (listener, signal) =>
        openKurentoGateway({
          ...{ url, instanceId, listener, signal },
          logger: logger.child({ mediaServer: name }),
          outageTimeoutMs: outageTimeoutMs ?? defaultOutageTimeoutMs,
          ...(endpointServers !== undefined && { endpointServers }),
          ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
          ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
        }),
      joined: (member) => this.#joined(member),
      regained: () => this.#available(),
      lost: (member, error) => this.#lost(member, error),
    });
  }

  #joined(member: PoolMember): void {
    const kept = this.#kept;
    if (kept !== null) {
      // It was not there when the others released what an earlier run had left.
      void member.gateway.releaseOrphans(kept).catch((error: unknown) => {
        this.#logger.warn({ err: error, mediaServer: member.name }, 'Objects of an earlier run could not be released');
      });
    }
    this.#available();
  }

  #available(): void {
    if (this.#phase !== 'lost') return;
    this.#phase = 'up';
    this.#listener.notify((it) => it.regained());
  }

  /** As long as there is another media server, its shows only move. */
  #lost(member: PoolMember, error: AppError): void {
    if (this.#phase === 'closed') return;
    if (this.#members.up.length === 0) {
      this.#isLost(error);
      return;
    }
    this.#logger.error({ mediaServer: member.name }, 'A media server of the pool is lost; its shows move elsewhere');
    for (const pipeline of [...this.#pipelines]) pipeline.memberLost(member, error);
  }

  #isLost(error: AppError): void {
    this.#phase = 'lost';
    this.#listener.notify((it) => it.lost(error));
  }
}

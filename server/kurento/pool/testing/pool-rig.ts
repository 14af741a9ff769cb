import { type MediaServer, openMediaServer } from '../../../embedded-kurento/media-server.ts';
import { type EmbeddedKurento, startEmbeddedKurento } from '../../../embedded-kurento/supervised-media-server.ts';
import { openLogger } from '../../../logger.ts';
import { ConditionWaiter } from '../../testing/condition-waiter.ts';
import { ContractRig } from '../../testing/contract-rig.ts';
import { type MediaServerPool, openMediaServerPool } from '../media-server-pool.ts';
import type { PoolOptions } from '../pool-options.ts';

/** A pool, peers on it, and what it reports. */
export type OpenPool = {
  pool: MediaServerPool;
  rig: ContractRig;
  /** The events of the gateway, in order: `lost` and `regained`. */
  told: string[];
  conditions: ConditionWaiter;
  /** The health of each media server. */
  health(): string[];
  /** What each media server carries, as `origin` or `edge` with the number of viewers there. */
  sites(): string[][];
  /** The index of the media server that carries this, such as `edge 2`. */
  serverOf(site: string): number;
};

const silent = openLogger('silent');

/** Opens pools on real media servers, and closes everything when the test is over. */
export class PoolRig {
  readonly logger = silent;
  readonly #closing: (() => Promise<unknown>)[] = [];

  /** Calls `close` at the end, before what was opened earlier. */
  own(close: () => Promise<unknown>): void {
    this.#closing.push(close);
  }

  /** Starts media servers, each in a process of its own. A process that dies is replaced after a moment. */
  async startServers(count: number): Promise<EmbeddedKurento[]> {
    const starting = Array.from({ length: count }, async () => {
      const server = await startEmbeddedKurento({ log: () => {}, standby: false });
      this.own(() => server.close());
      return server;
    });
    return await Promise.all(starting);
  }

  /** Opens media servers in this process, whose objects can be counted. */
  async openServers(count: number): Promise<MediaServer[]> {
    const opening = Array.from({ length: count }, async () => {
      const server = await openMediaServer({ log: () => {} });
      this.own(() => server.close());
      return server;
    });
    return await Promise.all(opening);
  }

  async openPool(
    servers: PoolOptions['servers'],
    options: Partial<Omit<PoolOptions, 'servers' | 'logger' | 'listener'>> = {},
  ): Promise<OpenPool> {
    const told: string[] = [];
    const conditions = new ConditionWaiter();
    const tell = (what: string) => () => {
      told.push(what);
      conditions.changed();
    };
    const listener = { lost: tell('lost'), regained: tell('regained') };
    const defaults = { instanceId: 'test', logger: this.logger, viewersPerServer: 100 };
    const pool = await openMediaServerPool({ ...defaults, ...options, servers, listener });
    const rig = new ContractRig(pool);
    this.own(async () => {
      await rig.close();
      await pool.close();
    });
    const members = () => pool.view().members;
    const sites = () => members().map(({ shows }) => shows.map(({ role, viewers }) => `${role} ${viewers}`));
    return {
      ...{ pool, rig, told, conditions },
      health: () => members().map(({ health }) => health),
      sites,
      serverOf: (site) => sites().findIndex((all) => all.includes(site)),
    };
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
  }
}

/** Kills a media server's process. */
export function kill(server: EmbeddedKurento | undefined): void {
  process.kill(server?.pid() ?? 0, 'SIGKILL');
}

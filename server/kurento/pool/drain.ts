import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../logger.ts';
import type { PoolMember } from './pool-member.ts';
import type { PooledPipeline } from './pooled-pipeline.ts';

/** The parts of a drain. Times are in milliseconds. */
export type DrainParts = {
  member: PoolMember;
  /** The pipelines of the pool that are open now. */
  pipelines: () => readonly PooledPipeline[];
  /** How long each link has to be made elsewhere. */
  moveTimeoutMs: number;
  logger: Logger;
};

/** The pause between two rounds, in milliseconds: what could not be moved is asked again. */
const roundPauseMs = 500;

/** Empties a media server that is to be stopped: moves everything on it to others, one link after the other. */
export class Drain {
  readonly #parts: DrainParts;
  readonly #stopped = new AbortController();

  constructor(parts: DrainParts) {
    this.#parts = parts;
  }

  /** Goes on until {@link stop}, because something may come there if there is nowhere else. Never rejects. */
  async run(): Promise<void> {
    const { member, pipelines, moveTimeoutMs, logger } = this.#parts;
    const { signal } = this.#stopped;
    let wasEmpty = false;
    while (!signal.aborted) {
      for (const pipeline of pipelines()) await pipeline.moveFrom(member, moveTimeoutMs, signal);
      const isEmpty = member.sites.size === 0;
      if (isEmpty && !wasEmpty)
        logger.info({ mediaServer: member.name }, 'A media server is drained and can be stopped');
      wasEmpty = isEmpty;
      await delay(roundPauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }
}

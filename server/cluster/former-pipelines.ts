import type { Logger } from '../logger.ts';

/** What a former owner of a show has left on the media servers. */
export type FoundPipelines = {
  readonly count: number;
  /** Releases it. Never rejects. */
  release(): Promise<number>;
};

type FormerPipelinesParts = {
  /** Finds what other web servers have opened for a broadcast. @throws AppError */
  find: (broadcastId: string) => Promise<FoundPipelines>;
  logger: Logger;
  /** How long links of a former owner that stopped in order may go on, in milliseconds; half a minute by default. */
  goOnMs?: number;
};

/** The pipelines that former owners of the shows here have left on the media servers, from then until their release. */
export class FormerPipelines {
  readonly #parts: FormerPipelinesParts;
  /** What releases them, by the channel of their show. */
  readonly #waiting = new Map<string, { found: FoundPipelines; timer: NodeJS.Timeout }>();

  constructor(parts: FormerPipelinesParts) {
    this.#parts = parts;
  }

  /**
   * Releases what a former owner has left for a broadcast: at once, or if its links go on (`isFlowing`), when those who
   * have them should have made others.
   * @throws AppError if the media servers do not answer
   */
  async release({ id, channel, isFlowing }: { id: string; channel: string; isFlowing: boolean }): Promise<void> {
    this.forget(channel);
    const found = await this.#parts.find(id);
    if (!isFlowing) {
      await found.release();
      return;
    }
    const timer = setTimeout(() => this.releaseNow(channel), this.#parts.goOnMs ?? 30_000);
    this.#waiting.set(channel, { found, timer });
  }

  /** The show on the channel is over: nobody is expected on the former links any more. */
  releaseNow(channel: string): void {
    const found = this.#waiting.get(channel)?.found;
    this.forget(channel);
    if (found === undefined) return;
    void found
      .release()
      .then((count) =>
        this.#parts.logger.debug({ channel, count }, 'What a former owner had on media servers is gone'),
      );
  }

  /** Another web server has the channel, and finds what is there itself. */
  forget(channel: string): void {
    clearTimeout(this.#waiting.get(channel)?.timer);
    this.#waiting.delete(channel);
  }

  /** Forgets all of them. */
  close(): void {
    for (const channel of [...this.#waiting.keys()]) this.forget(channel);
  }
}

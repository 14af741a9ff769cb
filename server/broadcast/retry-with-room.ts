/** What broke is tried again so often, in milliseconds, and with so much room, in bytes. */
const retryEveryMs = 5_000;
const roomToStart = 100_000_000;

/** Tries something again after a while, once the disk has room for it. */
export class RetryWithRoom {
  readonly #space: () => Promise<{ freeBytes: number }>;
  #timer: NodeJS.Timeout | undefined;

  /** @param space how much room there is, in bytes; a rejection counts as none */
  constructor(space: () => Promise<{ freeBytes: number }>) {
    this.#space = space;
  }

  /** Calls `attempt` once there is room, unless it is cancelled before; it takes the place of any former one. */
  later(attempt: () => void): void {
    this.cancel();
    const timer = setTimeout(async () => {
      const { freeBytes } = await this.#space().catch(() => ({ freeBytes: 0 }));
      if (this.#timer !== timer) return;
      if (freeBytes >= roomToStart) attempt();
      else this.later(attempt);
    }, retryEveryMs);
    this.#timer = timer;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

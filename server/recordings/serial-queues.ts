/** Queues of work by id: work on the same id is done one after the other, in the order in which it was requested. */
export class SerialQueues {
  readonly #last = new Map<string, Promise<void>>();

  /** Does `work` once all earlier work on `id` is over, whether that succeeded or not; returns the result of `work`. */
  run<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const result = this.over(id).then(work);
    const settled = result.then(
      () => {},
      () => {},
    );
    this.#last.set(id, settled);
    void settled.then(() => {
      if (this.#last.get(id) === settled) this.#last.delete(id);
    });
    return result;
  }

  /** Whether there is unfinished work on `id`. */
  has(id: string): boolean {
    return this.#last.has(id);
  }

  /** Resolves when all work on `id` requested so far is over. Never rejects. */
  over(id: string): Promise<void> {
    return this.#last.get(id) ?? Promise.resolve();
  }
}

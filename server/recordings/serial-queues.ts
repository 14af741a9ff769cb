/** Work on the same thing that is done one after the other, in the order in which it was asked for. */
export class SerialQueues {
  readonly #last = new Map<string, Promise<void>>();

  /** Does `work` once all earlier work on `id` is over, whatever became of that; gives what it gives. */
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

  /** Whether there is work on `id` that is not over. */
  has(id: string): boolean {
    return this.#last.has(id);
  }

  /** Resolves when the work on `id` that was asked for until now is over. Never rejects. */
  over(id: string): Promise<void> {
    return this.#last.get(id) ?? Promise.resolve();
  }
}

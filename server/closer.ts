/** Whatever has to be closed by its owner. */
export interface Closable {
  close(): Promise<void> | void;
}

/**
 * Owns what was opened and closes it once, in reverse order. What opens only after the owner has closed is
 * closed at once and its opener rejects with {@link ClosedError}: so no `await` can leave an orphan behind.
 */
export class Closer implements Closable {
  readonly #owned: Closable[] = [];
  #closing: Promise<void> | undefined;

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** Takes over `opening` when it resolves, and gives it back; rejects with ClosedError if it came too late. */
  async own<T extends Closable>(opening: T | Promise<T>): Promise<T> {
    const opened = await opening;
    if (this.#closing !== undefined) {
      await opened.close();
      throw new ClosedError();
    }
    this.#owned.push(opened);
    return opened;
  }

  /** Calls `close` when this closes; at once if it has. */
  add(close: () => Promise<void> | void): void {
    if (this.#closing !== undefined) {
      void Promise.resolve()
        .then(close)
        .catch(() => {});
      return;
    }
    this.#owned.push({ close });
  }

  /** Closes all, newest first; the first failure is thrown after everything had its turn. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let owned = this.#owned.pop(); owned !== undefined; owned = this.#owned.pop()) {
      try {
        await owned.close();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Something finished opening after its owner had closed. */
export class ClosedError extends Error {
  constructor() {
    super('The owner of what was being opened has closed.');
    this.name = 'ClosedError';
  }
}

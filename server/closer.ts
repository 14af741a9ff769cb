/** Something that its owner has to close. */
export interface Closable {
  close(): Promise<void> | void;
}

/**
 * Owns opened resources and closes them once, in reverse order. A resource that finishes opening after the owner has
 * closed is closed immediately, and its opener rejects with {@link ClosedError}. So no `await` can leave an orphan
 * behind.
 */
export class Closer implements Closable {
  readonly #owned: Closable[] = [];
  #closing: Promise<void> | undefined;
  #current: string | null = null;

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** What is being closed at the moment, for a log: a class or the text of a function; `null` if nothing is. */
  get current(): string | null {
    return this.#current;
  }

  /** Takes ownership of `opening` when it resolves, and returns it. Rejects with ClosedError if it came too late. */
  async own<T extends Closable>(opening: T | Promise<T>): Promise<T> {
    const opened = await opening;
    if (this.#closing !== undefined) {
      await opened.close();
      throw new ClosedError();
    }
    this.#owned.push(opened);
    return opened;
  }

  /** Calls `close` when this closes, or immediately if it already has. */
  add(close: () => Promise<void> | void): void {
    if (this.#closing !== undefined) {
      void Promise.resolve()
        .then(close)
        .catch(() => {});
      return;
    }
    this.#owned.push({ close });
  }

  /** Forgets everything without closing it: others own it from now on. What finishes opening later is closed. */
  letGo(): void {
    this.#owned.length = 0;
    this.#closing ??= Promise.resolve();
  }

  /** Closes everything, newest first. The first failure is thrown after all of it has been closed. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let owned = this.#owned.pop(); owned !== undefined; owned = this.#owned.pop()) {
      const { name } = owned.constructor;
      this.#current = name === 'Object' ? owned.close.toString().slice(0, 100) : name;
      try {
        await owned.close();
      } catch (failure) {
        failures.push(failure);
      }
    }
    this.#current = null;
    if (failures.length > 0) throw failures[0];
  }
}

/** Something finished opening after its owner had closed. */
export class ClosedError extends Error {
  constructor() {
    super('The owner closed before this resource had finished opening.');
    this.name = 'ClosedError';
  }
}

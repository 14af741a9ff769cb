/**
 * A value that notifies its subscribers when it is replaced. Its methods are bound, so that they can be passed to
 * React's `useSyncExternalStore` directly.
 */
export class Store<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(initial: Value) {
    this.#value = initial;
  }

  /** The current value; the same object until the next {@link set}. */
  readonly get = (): Value => this.#value;

  /** Calls `listener` after every change until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Replaces the value. Subscribers are not notified if it is the same value. */
  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A {@link Store} whose value can be read but not replaced. */
export type ReadableStore<Value> = Pick<Store<Value>, 'get' | 'subscribe'>;

/**
 * A value that tells its subscribers when it is replaced. Its methods are bound, so that React's
 * `useSyncExternalStore` can take them as they are.
 */
export class Store<Value> {
  #value: Value;
  readonly #listeners = new Set<() => void>();

  constructor(initial: Value) {
    this.#value = initial;
  }

  /** The value now; the same object until the next {@link set}. */
  readonly get = (): Value => this.#value;

  /** Calls `listener` after every change until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Replaces the value. Nobody is told when it is the same one. */
  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A {@link Store} for those who may not replace its value. */
export type ReadableStore<Value> = Pick<Store<Value>, 'get' | 'subscribe'>;

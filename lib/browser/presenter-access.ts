import { type ErrorBody, toErrorBody } from '../errors.ts';
import { checkPresenterKey } from './key-check.ts';
import type { PresenterKeyStore } from './presenter-key.ts';
import { type ReadableStore, Store } from './store.ts';

/**
 * Whether this browser may present: `loading → asking ⇄ checking → granted`. A key is `unchecked` when the
 * server could not say whether it is right.
 */
export type AccessState =
  | { phase: 'loading' }
  | { phase: 'asking'; error: ErrorBody | null }
  | { phase: 'checking'; key: string }
  | { phase: 'unchecked'; key: string; error: ErrorBody }
  | { phase: 'granted'; key: string };

/** The door to the studio: takes the key from the link, from memory or from a form, and asks the server. */
export class PresenterAccess {
  readonly #keys: PresenterKeyStore;
  readonly #checkKey: (key: string) => Promise<void>;
  readonly #store = new Store<AccessState>({ phase: 'loading' });
  readonly state: ReadableStore<AccessState> = this.#store;

  constructor(keys: PresenterKeyStore, checkKey: (key: string) => Promise<void> = checkPresenterKey) {
    this.#keys = keys;
    this.#checkKey = checkKey;
  }

  /** Looks into the address and the memory. */
  open(): void {
    this.#keys.load();
    const key = this.#keys.key.get();
    if (key === null) this.#store.set({ phase: 'asking', error: null });
    else this.offer(key);
  }

  /**
   * Looks into the address again: the presenter's link, opened where the studio already is, loads nothing. A studio
   * that is open stays as it is, and only the address is cleared.
   */
  lookAgain(): void {
    if (this.#store.get().phase === 'granted') this.#keys.load();
    else this.open();
  }

  /** Offers `key` to the server, and keeps it if it is right. */
  offer(key: string): void {
    const checking: AccessState = { phase: 'checking', key };
    this.#store.set(checking);
    this.#checkKey(key).then(
      () => {
        if (this.#store.get() !== checking) return;
        this.#keys.keep(key);
        this.#store.set({ phase: 'granted', key });
      },
      (error: unknown) => {
        if (this.#store.get() !== checking) return;
        const body = toErrorBody(error);
        // Only a refusal speaks of the key. After anything else it may be the right one, so it is kept.
        if (body.code === 'wrong-key') this.forget(body);
        else if (body.code === 'bad-request') this.#store.set({ phase: 'asking', error: body });
        else this.#store.set({ phase: 'unchecked', key, error: body });
      },
    );
  }

  /** Forgets the key, which the server refused, and asks for another one, with `error` as the reason. */
  forget(error: ErrorBody | null = null): void {
    this.#keys.forget();
    this.#store.set({ phase: 'asking', error });
  }
}

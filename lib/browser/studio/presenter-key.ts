import { useEffect, useState } from 'react';
import { openStorage } from '../page/browser-storage.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { useStore } from '../page/use-store.ts';

const storageKey = 'rostrum.presenter-key';

/** The browser objects that are needed; tests pass their own. */
export type KeyStorage = {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  history: Pick<History, 'replaceState' | 'state'>;
};

/** The key in an address such as `/present#key=abc`; `null` if there is none. */
export function keyFromHash(hash: string): string | null {
  const key = new URLSearchParams(hash.replace(/^#/, '')).get('key')?.trim();
  return key ? key : null;
}

/**
 * The presenter key of this browser. It arrives in the hash of the presenter's link, which is never sent to a server,
 * and is removed from the address immediately so that it is not copied with a link.
 */
export class PresenterKeyStore {
  readonly #browser: KeyStorage;
  readonly #store = new Store<string | null>(null);
  readonly key: ReadableStore<string | null> = this.#store;
  /** The key that was stored before another one arrived: a link with a wrong key must not erase the right one. */
  #former: string | null = null;

  constructor(browser: KeyStorage) {
    this.#browser = browser;
  }

  /** Reads the stored key, and takes the key from the address if there is one. */
  load(): void {
    const { location, history } = this.#browser;
    const arrived = keyFromHash(location.hash);
    const kept = this.#quietly(() => this.#browser.storage.getItem(storageKey)) ?? null;
    if (arrived !== null) {
      if (kept !== arrived) this.#former = kept;
      history.replaceState(history.state, '', location.pathname + location.search);
      this.keep(arrived);
      return;
    }
    this.#store.set(kept);
  }

  /** Stores `key` for the next visit. */
  keep(key: string): void {
    this.#quietly(() => this.#browser.storage.setItem(storageKey, key));
    this.#store.set(key);
  }

  /** Forgets the key that the server refused. The key that was stored before it is restored for the next load. */
  forget(): void {
    const former = this.#former;
    this.#former = null;
    this.#quietly(() => {
      if (former === null) this.#browser.storage.removeItem(storageKey);
      else this.#browser.storage.setItem(storageKey, former);
    });
    this.#store.set(null);
  }

  /** Private windows may refuse to store anything; then the key lasts as long as the page. */
  #quietly<Result>(access: () => Result): Result | undefined {
    try {
      return access();
    } catch {
      return undefined;
    }
  }
}

/** The presenter key of this browser, and its store: both `null` on the server and until the storage has been read. */
export function usePresenterKey(): { key: string | null; keys: PresenterKeyStore | null } {
  const [keys, setKeys] = useState<PresenterKeyStore | null>(null);
  useEffect(() => {
    const opened = new PresenterKeyStore({ storage: openStorage(), location, history });
    opened.load();
    setKeys(opened);
  }, []);
  return { key: useStore(keys?.key ?? noKey), keys };
}

const noKey = new Store<string | null>(null);

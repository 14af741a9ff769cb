import { useEffect, useState } from 'react';
import { openStorage } from '../page/browser-storage.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { useStore } from '../page/use-store.ts';

const storageKey = 'rostrum.presenter-key';

/** The little that is needed of the browser; tests give their own. */
export type KeyStorage = {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  history: Pick<History, 'replaceState' | 'state'>;
};

/** The key out of an address such as `/present#key=abc`; `null` if there is none. */
export function keyFromHash(hash: string): string | null {
  const key = new URLSearchParams(hash.replace(/^#/, '')).get('key')?.trim();
  return key ? key : null;
}

/**
 * The presenter key of this browser. It arrives in the hash of the presenter's link, which never travels to a
 * server, and is taken out of the address at once so that nobody copies it with a link.
 */
export class PresenterKeyStore {
  readonly #browser: KeyStorage;
  readonly #store = new Store<string | null>(null);
  readonly key: ReadableStore<string | null> = this.#store;
  /** The key that was kept before another one arrived; a link with a wrong key must not cost the right one. */
  #former: string | null = null;

  constructor(browser: KeyStorage) {
    this.#browser = browser;
  }

  /** Reads what was kept, and takes the key out of the address if there is one. */
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

  /** Keeps `key` for the next time. */
  keep(key: string): void {
    this.#quietly(() => this.#browser.storage.setItem(storageKey, key));
    this.#store.set(key);
  }

  /** Forgets the key, which the server refused. The one that was kept before it is there again for the next load. */
  forget(): void {
    const former = this.#former;
    this.#former = null;
    this.#quietly(() => {
      if (former === null) this.#browser.storage.removeItem(storageKey);
      else this.#browser.storage.setItem(storageKey, former);
    });
    this.#store.set(null);
  }

  /** Private windows may refuse to keep anything; then the key lasts as long as the page. */
  #quietly<Result>(access: () => Result): Result | undefined {
    try {
      return access();
    } catch {
      return undefined;
    }
  }
}

/** The presenter key of this browser, and where it is kept: `null` on the server and until the storage was looked at. */
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

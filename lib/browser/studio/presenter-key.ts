import { useEffect, useState } from 'react';
import { openStorage, openTabStorage, type StoredValues } from '../page/browser-storage.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { isSignedLink, linkFromHash, presenterKeyName } from '../page/stored-credentials.ts';
import { useStore } from '../page/use-store.ts';

/** The browser objects that are needed; tests pass their own. */
export type KeyStorage = {
  storage: StoredValues;
  /** The storage of the tab: a signed link is for one visit, and leaves the presenter's own key alone. */
  tab: StoredValues;
  location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  history: Pick<History, 'replaceState' | 'state'>;
};

/** The key in an address such as `/present#key=abc`, or a signed link as in `/present#token=eyJ…`; `null` if none. */
export function keyFromHash(hash: string): string | null {
  const key = new URLSearchParams(hash.replace(/^#/, '')).get('key')?.trim();
  return key ? key : linkFromHash(hash);
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
    const kept = this.#read(this.#browser.tab) ?? this.#read(this.#browser.storage);
    if (arrived !== null) {
      if (kept !== arrived && !isSignedLink(arrived)) this.#former = kept;
      history.replaceState(history.state, '', location.pathname + location.search);
      this.keep(arrived);
      return;
    }
    this.#store.set(kept);
  }

  /** Stores `key` for the next visit. */
  keep(key: string): void {
    const { storage, tab } = this.#browser;
    this.#quietly(() => (isSignedLink(key) ? tab : storage).setItem(presenterKeyName, key));
    if (!isSignedLink(key)) this.#quietly(() => tab.removeItem(presenterKeyName));
    this.#store.set(key);
  }

  /** Forgets the key that the server refused. The key that was stored before it is restored for the next load. */
  forget(): void {
    const { storage, tab } = this.#browser;
    const former = this.#former;
    this.#former = null;
    const refused = this.#store.get();
    this.#store.set(null);
    if (refused !== null && isSignedLink(refused)) {
      this.#quietly(() => tab.removeItem(presenterKeyName));
      return;
    }
    this.#quietly(() => {
      if (former === null) storage.removeItem(presenterKeyName);
      else storage.setItem(presenterKeyName, former);
    });
  }

  #read(storage: StoredValues): string | null {
    return this.#quietly(() => storage.getItem(presenterKeyName)) ?? null;
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
    const opened = new PresenterKeyStore({ storage: openStorage(), tab: openTabStorage(), location, history });
    opened.load();
    setKeys(opened);
  }, []);
  return { key: useStore(keys?.key ?? noKey), keys };
}

const noKey = new Store<string | null>(null);

import { useEffect, useState } from 'react';
import { openStorage } from './browser-storage.ts';
import { PresenterKeyStore } from './presenter-key.ts';
import { Store } from './store.ts';
import { useStore } from './use-store.ts';

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

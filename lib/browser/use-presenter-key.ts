import { useEffect, useState, useSyncExternalStore } from 'react';
import { openStorage } from './browser-storage.ts';
import { PresenterKeyStore } from './presenter-key.ts';

/**
 * The presenter key of this browser. `loaded` is false on the server and until the address and the storage were
 * looked at.
 */
export function usePresenterKey(): { loaded: boolean; key: string | null; keys: PresenterKeyStore | null } {
  const [keys, setKeys] = useState<PresenterKeyStore | null>(null);
  useEffect(() => {
    const opened = new PresenterKeyStore({ storage: openStorage(), location, history });
    opened.load();
    setKeys(opened);
  }, []);
  const key = useSyncExternalStore(keys?.subscribe ?? neverChanges, keys?.get ?? nothing, nothing);
  return { loaded: keys !== null, key, keys };
}

const neverChanges = () => () => undefined;
const nothing = () => null;

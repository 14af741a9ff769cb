import { useEffect, useState, useSyncExternalStore } from 'react';
import { openStorage } from './browser-storage.ts';
import { type AccessState, PresenterAccess } from './presenter-access.ts';
import { PresenterKeyStore } from './presenter-key.ts';

/** Whether this browser may present. `access` is `null` on the server and for the first moment. */
export function usePresenterAccess(): { state: AccessState; access: PresenterAccess | null } {
  const [access, setAccess] = useState<PresenterAccess | null>(null);
  useEffect(() => {
    const opened = new PresenterAccess(new PresenterKeyStore({ storage: openStorage(), location, history }));
    setAccess(opened);
    opened.open();
    const look = () => opened.lookAgain();
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  const state = useSyncExternalStore(access?.subscribe ?? neverChanges, access?.getState ?? loading, loading);
  return { state, access };
}

const neverChanges = () => () => undefined;
const loadingState: AccessState = { phase: 'loading' };
const loading = () => loadingState;

import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ReadableStore } from './store.ts';

/** The value of `store`; the component renders again when it changes. */
export function useStore<Value>(store: ReadableStore<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

/**
 * The object that `make` returned at the first render: always the same one, and open while the component is mounted.
 */
export function useOpened<Opened extends { open(): void; close(): void }>(make: () => Opened): Opened {
  const [opened] = useState(make);
  useEffect(() => {
    opened.open();
    return () => opened.close();
  }, [opened]);
  return opened;
}

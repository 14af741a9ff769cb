import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ReadableStore } from './store.ts';

/** The value of `store`; the component is drawn again when it changes. */
export function useStore<Value>(store: ReadableStore<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

/** What `make` made at the first rendering: open as long as the component is shown, and the same one every time. */
export function useOpened<Opened extends { open(): void; close(): void }>(make: () => Opened): Opened {
  const [opened] = useState(make);
  useEffect(() => {
    opened.open();
    return () => opened.close();
  }, [opened]);
  return opened;
}

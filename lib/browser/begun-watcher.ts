import { createContext } from 'react';
import type { Store } from './store.ts';
import type { Watcher } from './watcher.ts';

/** The watcher that began at a click on a show, until the page of that show has come and takes it. */
export const BegunWatcher = createContext<Store<Watcher | null> | null>(null);

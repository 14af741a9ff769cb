import { Store } from './store.ts';
import type { Watcher } from './watcher.ts';

/**
 * The watcher that began before its page was there, until that takes it and leaves `null`. There is one page at a time
 * in a browser, and none begins on a server.
 */
export const begunWatcher = new Store<Watcher | null>(null);

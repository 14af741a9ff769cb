import type { Signaling } from './signaling-client.ts';
import type { Store } from './store.ts';
import { Watcher } from './watcher.ts';
import { browserParts, type WatcherParts } from './watcher-parts.ts';

/** A page that has not come by then, in milliseconds, will not come. */
const pageDueMs = 10_000;

/** Where the page finds the watcher that began for it; whoever takes it leaves `null` there. */
type Begun = Store<Watcher | null>;

/**
 * Begins to watch `channel` before the page is there that shows it, as connecting takes about as long as the page; and
 * stops should no page come for it.
 * @param line one that stands already, and is the watcher's from now on
 */
export function watchAhead(begun: Begun, channel: string, line: Signaling | null, parts = browserParts): void {
  const spare = [line];
  const ownParts: WatcherParts = { ...parts, connectSignaling: () => spare.pop() ?? parts.connectSignaling() };
  const watcher = new Watcher(channel, ownParts);
  begun.get()?.close();
  begun.set(watcher);
  watcher.open();
  const due = setTimeout(() => {
    begun.set(null);
    watcher.close();
  }, pageDueMs);
  const off = begun.subscribe(() => {
    clearTimeout(due);
    off();
  });
}

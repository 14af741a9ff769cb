import type { Signaling } from './signaling-client.ts';
import type { Store } from './store.ts';
import { Watcher } from './watcher.ts';
import { browserParts, type WatcherParts } from './watcher-parts.ts';

/** A page that has not come by then, in milliseconds, will not come. */
const pageDueMs = 10_000;

/** Begins to watch before the page is there that shows it: connecting takes about as long as the page. */
export class WatchAhead {
  readonly #begun: Store<Watcher | null>;
  readonly #parts: WatcherParts;

  /** @param begun where the page finds the watcher; who takes it leaves `null` there */
  constructor(begun: Store<Watcher | null>, parts: WatcherParts = browserParts) {
    this.#begun = begun;
    this.#parts = parts;
  }

  /**
   * Watches `channel` for the page that comes next, and stops should none come for it.
   * @param line one that stands already, and is the watcher's from now on
   */
  begin(channel: string, line: Signaling | null): void {
    const spare = [line];
    const connectSignaling = () => spare.pop() ?? this.#parts.connectSignaling();
    const watcher = new Watcher(channel, { ...this.#parts, connectSignaling });
    this.#begun.get()?.close();
    this.#begun.set(watcher);
    watcher.open();
    const due = setTimeout(() => {
      this.#begun.set(null);
      watcher.close();
    }, pageDueMs);
    const off = this.#begun.subscribe(() => {
      clearTimeout(due);
      off();
    });
  }
}

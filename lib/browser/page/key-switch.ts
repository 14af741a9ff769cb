import { useEffect, useState } from 'react';
import { openStorage } from './browser-storage.ts';
import { type ReadableStore, Store } from './store.ts';
import { useStore } from './use-store.ts';

const storageKey = 'rostrum.keys';

/**
 * Whether single-letter keyboard shortcuts are on. People who use speech input, or who hit keys by accident, must be
 * able to turn them off (https://www.w3.org/TR/WCAG22/#character-key-shortcuts). The choice is stored.
 */
class KeySwitch {
  readonly #store = new Store(true);
  readonly state: ReadableStore<boolean> = this.#store;

  /** Restores the last choice. */
  recall(): void {
    this.#store.set(openStorage().getItem(storageKey) !== 'off');
  }

  /** Turns the shortcuts on or off, and stores the choice. */
  readonly set = (on: boolean): void => {
    this.#store.set(on);
    try {
      openStorage().setItem(storageKey, on ? 'on' : 'off');
    } catch {
      // Then the choice lasts until the page is closed.
    }
  };
}

/** Whether single-letter shortcuts are on, on this device, and a function to turn them on or off. */
export function useKeySwitch(): { keysOn: boolean; setKeysOn: (on: boolean) => void } {
  const [keys] = useState(() => new KeySwitch());
  useEffect(() => keys.recall(), [keys]);
  return { keysOn: useStore(keys.state), setKeysOn: keys.set };
}

import { useEffect, useState } from 'react';
import { openStorage } from './browser-storage.ts';
import { type ReadableStore, Store } from './store.ts';
import { useStore } from './use-store.ts';

const storageKey = 'rostrum.keys';

/**
 * Whether keys of a single letter do something. Who speaks to the computer, or hits keys by accident, must be able to
 * turn them off (https://www.w3.org/TR/WCAG22/#character-key-shortcuts); the choice is remembered.
 */
class KeySwitch {
  readonly #store = new Store(true);
  readonly state: ReadableStore<boolean> = this.#store;

  /** Takes up what was chosen last time. */
  recall(): void {
    this.#store.set(openStorage().getItem(storageKey) !== 'off');
  }

  /** Turns the keys on or off, also for next time. */
  readonly set = (on: boolean): void => {
    this.#store.set(on);
    try {
      openStorage().setItem(storageKey, on ? 'on' : 'off');
    } catch {
      // It holds until the page is closed.
    }
  };
}

/** Whether keys of a single letter are on, on this device, and how to turn them off or on. */
export function useKeySwitch(): { keysOn: boolean; setKeysOn: (on: boolean) => void } {
  const [keys] = useState(() => new KeySwitch());
  useEffect(() => keys.recall(), [keys]);
  return { keysOn: useStore(keys.state), setKeysOn: keys.set };
}

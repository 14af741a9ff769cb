import type { StoredValues } from '../page/browser-storage.ts';

const storageKey = 'rostrum.uplink';
/** Laptops move between networks, so an old value means little. */
const maxAgeMs = 12 * 60 * 60 * 1_000;

/** Stores the capacity of the uplink to the server, as found in a test, in the last show, or before a reconnection. */
export class UplinkMemory {
  readonly #storage: () => Pick<StoredValues, 'getItem' | 'setItem'>;

  constructor(storage: () => Pick<StoredValues, 'getItem' | 'setItem'>) {
    this.#storage = storage;
  }

  /** The stored capacity in kbit/s; `null` if there is none, or if it is older than half a day. */
  recall(): number | null {
    try {
      const kept: unknown = JSON.parse(this.#storage().getItem(storageKey) ?? 'null');
      if (typeof kept !== 'object' || kept === null) return null;
      const { kbps, at } = kept as { kbps?: unknown; at?: unknown };
      if (typeof kbps !== 'number' || !(kbps > 0) || typeof at !== 'number') return null;
      const age = Date.now() - at;
      return age >= 0 && age < maxAgeMs ? kbps : null;
    } catch {
      return null;
    }
  }

  /** Stores the capacity. A browser that stores nothing starts carefully each time. */
  remember(kbps: number): void {
    try {
      this.#storage().setItem(storageKey, JSON.stringify({ kbps: Math.round(kbps), at: Date.now() }));
    } catch {
      // This only costs a few seconds of sharpness.
    }
  }
}

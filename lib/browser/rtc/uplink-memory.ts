import type { StoredValues } from '../page/browser-storage.ts';

const storageKey = 'rostrum.uplink';
/** People move, and so do their laptops. */
const maxAgeMs = 12 * 60 * 60 * 1_000;

/** What the uplink from here to the server was found to bear: in a test, in the last show, before a reconnection. */
export class UplinkMemory {
  readonly #storage: () => Pick<StoredValues, 'getItem' | 'setItem'>;

  constructor(storage: () => Pick<StoredValues, 'getItem' | 'setItem'>) {
    this.#storage = storage;
  }

  /** In kbit/s; `null` when nothing is known, or what was known is older than half a day. */
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

  /** A browser that keeps nothing begins carefully each time. */
  remember(kbps: number): void {
    try {
      this.#storage().setItem(storageKey, JSON.stringify({ kbps: Math.round(kbps), at: Date.now() }));
    } catch {
      // Nothing is lost but a few seconds of sharpness.
    }
  }
}

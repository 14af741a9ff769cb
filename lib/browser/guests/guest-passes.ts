import { openStorage, openTabStorage, type StoredValues } from '../page/browser-storage.ts';
import { personNameKey } from '../page/person-name.ts';

/** The name under which the name of a guest is stored. */
const nameKey = 'rostrum.guest-name';
const passKey = (channel: string) => `rostrum.guest-pass.${channel}`;

/** A pass, and the invitation for which the server gave it. */
type KeptPass = { invitation: string; pass: string };

/**
 * The passes of this browser's guest. The tab keeps its own, so that a reload returns to its place; the browser keeps
 * the last one, for somebody who closed the tab and opens the same link again.
 */
export class GuestPasses {
  readonly #tab: StoredValues;
  readonly #browser: StoredValues;

  constructor(tab: StoredValues = openTabStorage(), browser: StoredValues = openStorage()) {
    this.#tab = tab;
    this.#browser = browser;
  }

  /** The pass for an invitation, or that of this tab if the address has none; `null` if there is none. */
  find(channel: string, invitation: string | null): string | null {
    for (const storage of invitation === null ? [this.#tab] : [this.#tab, this.#browser]) {
      const kept = read(storage, channel);
      if (kept !== null && (invitation === null || kept.invitation === invitation)) return kept.pass;
    }
    return null;
  }

  keep(channel: string, kept: KeptPass): void {
    for (const storage of [this.#tab, this.#browser]) write(storage, passKey(channel), JSON.stringify(kept));
  }

  /** Forgets the pass of this tab, which is worth nothing any more. */
  forget(channel: string): void {
    this.#tab.removeItem(passKey(channel));
    this.#browser.removeItem(passKey(channel));
  }

  /** The name that this browser's guest had last, or else has in conversations; empty if there is none. */
  get name(): string {
    return this.#browser.getItem(nameKey) ?? this.#browser.getItem(personNameKey) ?? '';
  }

  set name(name: string) {
    write(this.#browser, nameKey, name);
  }
}

function read(storage: StoredValues, channel: string): KeptPass | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(passKey(channel)) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return null;
    const { invitation, pass } = kept as Partial<KeptPass>;
    return typeof invitation === 'string' && typeof pass === 'string' ? { invitation, pass } : null;
  } catch {
    return null;
  }
}

function write(storage: StoredValues, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // A browser that stores nothing asks again after a reload.
  }
}

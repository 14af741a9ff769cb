import { openStorage, openTabStorage, type StoredValues } from './browser-storage.ts';

/** The name under which the presenter key is stored. */
export const presenterKeyName = 'rostrum.presenter-key';

const ticketsName = 'rostrum.tickets';
/** The number of channels whose tickets are stored, newest first. */
const mostTickets = 8;

/** Whether a text has the form of a signed link, which expires, rather than of a key. */
export function isSignedLink(text: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(text);
}

/** The signed link in an address such as `/watch/math-101#token=eyJ…`; `null` if there is none. */
export function linkFromHash(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token')?.trim();
  return token ? token : null;
}

/**
 * What lets this browser's viewer in to channels: signed links, and the tickets that the server gives for them and for
 * passcodes. A passcode itself is not stored. A frame whose browser stores nothing remembers them as long as the page.
 */
export class ViewerCredentials {
  readonly #tab: StoredValues;
  readonly #browser: StoredValues;
  readonly #current = new Map<string, string>();

  constructor(tab: StoredValues, browser: StoredValues) {
    this.#tab = tab;
    this.#browser = browser;
  }

  /** What lets the viewer in to `channel`, if there is anything. */
  find(channel: string): string | undefined {
    return this.#current.get(channel) ?? read(this.#tab).get(channel) ?? read(this.#browser).get(channel);
  }

  /** Everything that is stored in this browser. */
  all(): string[] {
    return [...new Set([...this.#current.values(), ...read(this.#tab).values(), ...read(this.#browser).values()])];
  }

  /** Keeps a signed link, or the ticket for one, for this tab. */
  keepLink(channel: string, credential: string): void {
    this.#keep(this.#tab, channel, credential);
  }

  /** Keeps the ticket for a passcode, for all tabs. */
  keepTicket(channel: string, ticket: string): void {
    // The tab may have a link that no longer helps.
    write(this.#tab, channel, null);
    this.#keep(this.#browser, channel, ticket);
  }

  /**
   * Takes a signed link from the address, where it is never sent to a server, and removes it there, so that it is not
   * copied with the address.
   * @returns whether there was one
   */
  take(channel: string, page: Pick<Window, 'location' | 'history'>): boolean {
    const { location, history } = page;
    const link = linkFromHash(location.hash);
    if (link === null) return false;
    history.replaceState(history.state, '', location.pathname + location.search);
    this.keepLink(channel, link);
    return true;
  }

  #keep(storage: StoredValues, channel: string, credential: string): void {
    this.#current.set(channel, credential);
    write(storage, channel, credential);
  }
}

/** The credentials of this browser's viewer. */
export const viewerCredentials = new ViewerCredentials(
  // Read at every use, because there is no storage while a page is rendered on the server.
  { getItem: (name) => openTabStorage().getItem(name), ...writers(openTabStorage) },
  { getItem: (name) => openStorage().getItem(name), ...writers(openStorage) },
);

/** Everything that this browser could show the server to be let in: the presenter's and the viewer's. */
export function storedCredentials(): string[] {
  const keys = [openTabStorage(), openStorage()].flatMap((storage) => storage.getItem(presenterKeyName) ?? []);
  return [...keys, ...viewerCredentials.all()];
}

function writers(open: () => StoredValues): Pick<StoredValues, 'setItem' | 'removeItem'> {
  return {
    setItem: (name, value) => open().setItem(name, value),
    removeItem: (name) => open().removeItem(name),
  };
}

function read(storage: StoredValues): Map<string, string> {
  try {
    const kept: unknown = JSON.parse(storage.getItem(ticketsName) ?? '[]');
    const pairs = Array.isArray(kept) ? kept.filter(isPair) : [];
    return new Map(pairs);
  } catch {
    return new Map();
  }
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

function write(storage: StoredValues, channel: string, credential: string | null): void {
  const others = [...read(storage)].filter(([name]) => name !== channel);
  const pairs = credential === null ? others : [[channel, credential], ...others].slice(0, mostTickets);
  try {
    if (pairs.length === 0) storage.removeItem(ticketsName);
    else storage.setItem(ticketsName, JSON.stringify(pairs));
  } catch {
    // A browser that stores nothing asks again after a reload.
  }
}

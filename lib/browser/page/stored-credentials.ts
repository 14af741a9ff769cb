import { openStorage, openTabStorage, type StoredValues } from './browser-storage.ts';

/** The name under which the presenter key is stored. */
export const presenterKeyName = 'rostrum.presenter-key';

/** The names under which tickets and signed links of viewers are stored begin with this, and end with the channel. */
export const ticketPrefix = 'rostrum.ticket.';

/** Whether a text has the form of a signed link, which expires, rather than of a key. */
export function isSignedLink(text: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(text);
}

/** The signed link in an address such as `/watch/math-101#token=eyJ…`; `null` if there is none. */
export function linkFromHash(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get('token')?.trim() || null;
}

/**
 * What lets this browser's viewer in to channels: signed links, and the tickets that the server gives for them and for
 * passcodes. A passcode itself is not stored. A frame whose browser stores nothing remembers them as long as the page.
 */
export class ViewerCredentials {
  readonly #openTab: () => StoredValues;
  readonly #openBrowser: () => StoredValues;
  readonly #current = new Map<string, string>();

  /** Both storages are opened at each use, because there is none while a page is rendered on the server. */
  constructor(openTab: () => StoredValues, openBrowser: () => StoredValues) {
    this.#openTab = openTab;
    this.#openBrowser = openBrowser;
  }

  /** What lets the viewer in to `channel`, if there is anything. */
  find(channel: string): string | undefined {
    const name = ticketPrefix + channel;
    return (
      this.#current.get(channel) ?? this.#openTab().getItem(name) ?? this.#openBrowser().getItem(name) ?? undefined
    );
  }

  /** Keeps a signed link, or the ticket for one, for this tab. */
  keepLink(channel: string, credential: string): void {
    this.#keep(this.#openTab(), channel, credential);
  }

  /** Keeps the ticket for a passcode, for all tabs. */
  keepTicket(channel: string, ticket: string): void {
    // The tab may have a link that no longer helps.
    this.#openTab().removeItem(ticketPrefix + channel);
    this.#keep(this.#openBrowser(), channel, ticket);
  }

  /**
   * Takes a signed link from the address, where it is never sent to a server, and removes it there, so that it is not
   * copied with the address.
   * @returns whether there was one
   */
  take(channel: string, { location, history }: Pick<Window, 'location' | 'history'>): boolean {
    const link = linkFromHash(location.hash);
    if (link === null) return false;
    history.replaceState(history.state, '', location.pathname + location.search);
    this.keepLink(channel, link);
    return true;
  }

  #keep(storage: StoredValues, channel: string, credential: string): void {
    this.#current.set(channel, credential);
    try {
      storage.setItem(ticketPrefix + channel, credential);
    } catch {
      // A browser that stores nothing asks again after a reload.
    }
  }
}

/** The credentials of this browser's viewer. */
export const viewerCredentials = new ViewerCredentials(openTabStorage, openStorage);

import { cleanText } from '../../clean-text.ts';
import { lengthOf, maxNameLength } from '../../conversation.ts';
import { openStorage, type StoredValues } from '../page/browser-storage.ts';
import { personNameKey, recallPersonName } from '../page/person-name.ts';
import { type ReadableStore, Store } from '../page/store.ts';

const tokenKey = 'rostrum.participant';

/**
 * Who this browser is in conversations: a random token, which only the server learns, and a name, which people choose.
 * Both are kept, so that the name is asked for once. A browser that stores nothing is somebody else after a reload.
 */
export class ParticipantIdentity {
  readonly #open: () => StoredValues;
  readonly #name = new Store<string | null>(null);
  /** The name that people see; `null` until one was chosen. */
  readonly name: ReadableStore<string | null> = this.#name;
  #token: string | null = null;

  /** The storage is opened at each use, because there is none while a page is rendered on the server. */
  constructor(open: () => StoredValues = openStorage) {
    this.#open = open;
  }

  get token(): string {
    const kept = this.#token ?? this.#open().getItem(tokenKey);
    if (kept !== null && /^[\w-]{16,64}$/.test(kept)) {
      this.#token = kept;
      return kept;
    }
    const token = randomText(22);
    this.#token = token;
    this.#keep(tokenKey, token);
    return token;
  }

  /** Restores the name that was chosen before. */
  recall(): void {
    const name = recallPersonName(this.#open());
    if (isName(name)) this.#name.set(name);
  }

  /** Chooses a name, which {@link isName} allows. */
  rename(text: string): void {
    const name = cleanText(text);
    if (!isName(name)) return;
    this.#name.set(name);
    this.#keep(personNameKey, name);
  }

  #keep(key: string, value: string): void {
    try {
      this.#open().setItem(key, value);
    } catch {
      // Then it lasts as long as the page.
    }
  }
}

/** Whether a text can be a participant's name. */
export function isName(text: string): boolean {
  const length = lengthOf(cleanText(text));
  return length > 0 && length <= maxNameLength;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A text of this many random letters and digits; each holds six bits. It works on pages without HTTPS, too. */
export function randomText(length: number): string {
  return [...crypto.getRandomValues(new Uint8Array(length))].map((byte) => letters[byte % 64]).join('');
}

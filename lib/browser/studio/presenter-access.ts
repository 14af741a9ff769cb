import { useEffect, useState } from 'react';
import { type ErrorBody, type ErrorCode, toErrorBody } from '../../errors.ts';
import type { PresenterRights } from '../../requests/access-requests.ts';
import { openStorage, openTabStorage } from '../page/browser-storage.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { useStore } from '../page/use-store.ts';
import { requestOnce } from '../signaling/one-request.ts';
import { ticketFromHash } from './hand-over.ts';
import { PresenterKeyStore } from './presenter-key.ts';
import { ResumeTickets } from './resume-tickets.ts';

/**
 * Whether this browser may present: `loading → asking ⇄ checking → granted`. A key is `unchecked` if the server could
 * not check it.
 */
export type AccessState =
  | { phase: 'loading' }
  | { phase: 'asking'; error: ErrorBody | null }
  | { phase: 'checking'; key: string }
  | { phase: 'unchecked'; key: string; error: ErrorBody }
  | { phase: 'granted'; key: string; rights: PresenterRights };

/** The errors that mean that a key or signed link is not valid, or no longer. */
const refusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['wrong-key', 'link-expired', 'wrong-link']);

/**
 * Controls access to the studio: takes the key from the link, the storage or a form, and asks the server to check it.
 */
export class PresenterAccess {
  readonly #keys: PresenterKeyStore;
  readonly #checkKey: (key: string) => Promise<PresenterRights>;
  readonly #store = new Store<AccessState>({ phase: 'loading' });
  readonly state: ReadableStore<AccessState> = this.#store;

  constructor(keys: PresenterKeyStore, checkKey = (key: string) => requestOnce('key:check', { key })) {
    this.#keys = keys;
    this.#checkKey = checkKey;
  }

  /** Reads the key from the address and the storage. */
  open(): void {
    this.#keys.load();
    const key = this.#keys.key.get();
    if (key === null) this.#store.set({ phase: 'asking', error: null });
    else this.offer(key);
  }

  /**
   * Reads the address again, because opening the presenter's link in a tab that already shows the studio loads no page.
   * An open studio stays as it is; only the address is cleared.
   */
  lookAgain(): void {
    if (this.#store.get().phase === 'granted') this.#keys.load();
    else this.open();
  }

  /** Has the server check `key`, and stores it if it is right. */
  offer(key: string): void {
    const checking: AccessState = { phase: 'checking', key };
    this.#store.set(checking);
    this.#checkKey(key).then(
      (rights) => {
        if (this.#store.get() !== checking) return;
        this.#keys.keep(key);
        this.#store.set({ phase: 'granted', key, rights });
      },
      (error: unknown) => {
        if (this.#store.get() !== checking) return;
        const body = toErrorBody(error);
        // Only a refusal says anything about the key. After any other error it may be right, so it is kept.
        if (refusals.has(body.code)) this.forget(body);
        else if (body.code === 'bad-request') this.#store.set({ phase: 'asking', error: body });
        else this.#store.set({ phase: 'unchecked', key, error: body });
      },
    );
  }

  /** Forgets the key that the server refused, and asks for another one, with `error` as the reason. */
  forget(error: ErrorBody | null = null): void {
    this.#keys.forget();
    this.#store.set({ phase: 'asking', error });
  }
}

/** Whether this browser may present. `access` is `null` on the server and for the first moment. */
export function usePresenterAccess(): { state: AccessState; access: PresenterAccess | null } {
  const [access, setAccess] = useState<PresenterAccess | null>(null);
  useEffect(() => {
    const opened = new PresenterAccess(
      new PresenterKeyStore({ storage: openStorage(), tab: openTabStorage(), location, history }),
    );
    setAccess(opened);
    // The ticket of a show that is handed over from another device is kept with this browser's own tickets. The access
    // clears the address.
    const keepTicket = () => {
      const ticket = ticketFromHash(location.hash);
      if (ticket !== null) new ResumeTickets().keep(ticket);
    };
    keepTicket();
    opened.open();
    const look = () => {
      keepTicket();
      opened.lookAgain();
    };
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  const state = useStore(access?.state ?? loading);
  return { state, access };
}

const loading = new Store<AccessState>({ phase: 'loading' });

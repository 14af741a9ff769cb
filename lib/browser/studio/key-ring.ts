import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { PresenterKeyInfo } from '../../requests/access-requests.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { requestOnce } from '../signaling/one-request.ts';

/** The presenter keys, `null` until they are known; the key that was just made; and the state of the last request. */
export type KeyRingState = {
  keys: readonly PresenterKeyInfo[] | null;
  made: { key: PresenterKeyInfo; text: string } | null;
  work: 'none' | 'busy' | { error: ErrorBody };
};

/** The presenter keys of the server, in the hands of its owner. */
export class KeyRing {
  readonly #store = new Store<KeyRingState>({ keys: null, made: null, work: 'none' });
  readonly state: ReadableStore<KeyRingState> = this.#store;
  readonly #key: string;
  readonly #request: typeof requestOnce;
  #isOpen = false;

  /** @param key the owner key */
  constructor(key: string, request: typeof requestOnce = requestOnce) {
    this.#key = key;
    this.#request = request;
  }

  /** Asks for the keys. */
  open(): void {
    this.#isOpen = true;
    void this.refresh();
  }

  /** Ignores what is still answered. */
  close(): void {
    this.#isOpen = false;
  }

  /** Asks for the keys again. Never rejects. */
  refresh(): Promise<void> {
    return this.#do(async () => {
      this.#set(await this.#request('keys:list', { key: this.#key }));
    });
  }

  /** Makes a key. Its text stays in the state until {@link forgetText}. Never rejects. */
  make(name: string, channels: PresenterKeyInfo['channels']): Promise<void> {
    return this.#do(async () => {
      const made = await this.#request('keys:make', { key: this.#key, name, channels });
      this.#set({ made, keys: [...(this.#store.get().keys ?? []), made.key] });
    });
  }

  /** Revokes a key, which ends its shows. Never rejects. */
  revoke(id: string): Promise<void> {
    return this.#do(async () => {
      await this.#request('keys:revoke', { key: this.#key, id });
      const { keys, made } = this.#store.get();
      this.#set({ keys: keys?.filter((key) => key.id !== id) ?? null, made: made?.key.id === id ? null : made });
    });
  }

  /** Forgets the text of the new key, which the owner has passed on. */
  readonly forgetText = (): void => this.#set({ made: null });

  async #do(work: () => Promise<void>): Promise<void> {
    this.#set({ work: 'busy' });
    try {
      await work();
      this.#set({ work: 'none' });
    } catch (error) {
      this.#set({ work: { error: toErrorBody(error) } });
    }
  }

  #set(change: Partial<KeyRingState>): void {
    if (this.#isOpen) this.#store.set({ ...this.#store.get(), ...change });
  }
}

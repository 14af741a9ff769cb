import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { LobbyView, RequestInput, UpcomingShow } from '../../signaling.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { type Signaling, SignalingClient } from '../signaling/signaling-client.ts';

/** The announcements on all channels, and the state of the last request: in progress, done, or failed. */
export type AnnouncementEditorState = {
  shows: readonly UpcomingShow[];
  work: 'none' | 'busy' | 'announced' | 'withdrawn' | { error: ErrorBody };
};

/** Announces shows, and follows all announcements, also by others. Can be opened and closed any number of times. */
export class AnnouncementEditor {
  readonly #store = new Store<AnnouncementEditorState>({ shows: [], work: 'none' });
  readonly state: ReadableStore<AnnouncementEditorState> = this.#store;
  readonly #connectSignaling: () => Signaling;
  #signaling: Signaling | null = null;

  constructor(connectSignaling: () => Signaling = () => new SignalingClient()) {
    this.#connectSignaling = connectSignaling;
  }

  /** Starts following. Does nothing if it is already open. */
  open(): void {
    if (this.#signaling !== null) return;
    const signaling = this.#connectSignaling();
    this.#signaling = signaling;
    const update = ({ upcoming }: LobbyView) => {
      if (this.#signaling === signaling) this.#set({ shows: upcoming });
    };
    signaling.on('lobby:changed', update);
    // If the request fails, it is repeated on the next connection.
    signaling.onConnected(() => void signaling.request('lobby:follow', {}).then(update, () => undefined));
    signaling.open();
  }

  /** Stops following. May be called repeatedly. */
  close(): void {
    this.#signaling?.close();
    this.#signaling = null;
  }

  /** Announces a show on its channel, or changes the announcement there. Never rejects. */
  announce(plan: RequestInput<'show:announce'>): Promise<void> {
    return this.#ask('announced', (signaling) => signaling.request('show:announce', plan));
  }

  /** Withdraws the announcement on a channel. Never rejects. */
  withdraw(which: RequestInput<'show:withdraw'>): Promise<void> {
    return this.#ask('withdrawn', (signaling) => signaling.request('show:withdraw', which));
  }

  async #ask(done: 'announced' | 'withdrawn', ask: (signaling: Signaling) => Promise<unknown>): Promise<void> {
    const signaling = this.#signaling;
    if (signaling === null || this.#store.get().work === 'busy') return;
    this.#set({ work: 'busy' });
    try {
      await signaling.whenConnected();
      await ask(signaling);
      this.#set({ work: done });
    } catch (error) {
      this.#set({ work: { error: toErrorBody(error) } });
    }
  }

  #set(change: Partial<AnnouncementEditorState>): void {
    this.#store.set({ ...this.#store.get(), ...change });
  }
}

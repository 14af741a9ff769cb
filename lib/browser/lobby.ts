import { type ErrorBody, toErrorBody } from '../errors.ts';
import type { BroadcastView, LobbyView } from '../signaling.ts';
import { type AwaitedShow, awaitShow } from './awaited-show.ts';
import { type Signaling, SignalingClient } from './signaling-client.ts';
import { Store } from './store.ts';

/**
 * What is on air, and what was announced. `broadcasts` is `null` until it is known; while `error` is set both may be
 * out of date.
 */
export type LobbyState = { broadcasts: BroadcastView[] | null; upcoming: AwaitedShow[]; error: ErrorBody | null };

/** Follows the list of broadcasts. Can be opened and closed any number of times. */
export class Lobby {
  readonly #store = new Store<LobbyState>({ broadcasts: null, upcoming: [], error: null });
  readonly #connectSignaling: () => Signaling;
  #signaling: Signaling | null = null;

  constructor(connectSignaling: () => Signaling = () => new SignalingClient()) {
    this.#connectSignaling = connectSignaling;
  }

  readonly getState = (): LobbyState => this.#store.get();
  readonly subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  /** Starts following. Does nothing when it follows. */
  open(): void {
    if (this.#signaling !== null) return;
    const signaling = this.#connectSignaling();
    this.#signaling = signaling;
    signaling.on('lobby:changed', (view) => this.#learn(view));
    signaling.onConnected(() => this.#follow(signaling));
    signaling.onDisconnected(() => this.#fail(signaling, 'The connection to the server was lost.'));
    signaling.open();
    signaling.whenConnected().catch((error: unknown) => this.#fail(signaling, toErrorBody(error).message));
  }

  /** Stops following. May be called repeatedly. */
  close(): void {
    this.#signaling?.close();
    this.#signaling = null;
  }

  #follow(signaling: Signaling): void {
    signaling.request('lobby:follow', {}).then(
      (view) => {
        if (this.#signaling === signaling) this.#learn(view);
      },
      (error: unknown) => this.#fail(signaling, toErrorBody(error).message),
    );
  }

  #learn({ broadcasts, upcoming }: LobbyView): void {
    this.#store.set({ broadcasts, upcoming: upcoming.map(awaitShow), error: null });
  }

  #fail(signaling: Signaling, message: string): void {
    if (this.#signaling !== signaling) return;
    this.#store.set({ ...this.getState(), error: { code: 'connection-lost', message } });
  }
}

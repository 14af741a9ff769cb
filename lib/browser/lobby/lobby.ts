import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import type { BroadcastView, LobbyView, UpcomingShow } from '../../signaling.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { type Signaling, SignalingClient } from '../signaling/signaling-client.ts';

/**
 * The broadcasts on air, and the announcements. `broadcasts` is `null` until it is known; while `error` is set, both
 * may be out of date.
 */
export type LobbyState = { broadcasts: BroadcastView[] | null; upcoming: UpcomingShow[]; error: ErrorBody | null };

/** A person who has not left the lobby within this time, in milliseconds, stays and needs updates again. */
const leavingMs = 3_000;

/** Follows the list of broadcasts. Can be opened and closed any number of times. */
export class Lobby {
  readonly #store = new Store<LobbyState>({ broadcasts: null, upcoming: [], error: null });
  readonly state: ReadableStore<LobbyState> = this.#store;
  readonly #connectSignaling: () => Signaling;
  #signaling: Signaling | null = null;
  #unsubscribe: (() => void)[] = [];
  #staying: ReturnType<typeof setTimeout> | undefined;

  constructor(connectSignaling: () => Signaling = () => new SignalingClient()) {
    this.#connectSignaling = connectSignaling;
  }

  /** Starts following. Does nothing if it is already open. */
  open(): void {
    clearTimeout(this.#staying);
    if (this.#signaling !== null) return;
    const signaling = this.#connectSignaling();
    this.#signaling = signaling;
    this.#unsubscribe = [
      signaling.on('lobby:changed', (view) => this.#update(view)),
      signaling.onConnected(() => this.#follow(signaling)),
      signaling.onDisconnected(() =>
        this.#fail(signaling, new AppError('connection-lost', 'The connection to the server was lost.')),
      ),
    ];
    signaling.open();
    signaling.whenConnected().catch((error: unknown) => this.#fail(signaling, error));
  }

  /**
   * Hands over the socket when the person leaves for a channel, because a new one would take three round trips; `null`
   * while it is not connected. A lobby that is still open a moment later opens another socket.
   */
  readonly releaseSocket = (): Signaling | null => {
    const signaling = this.#signaling;
    if (signaling?.connected !== true) return null;
    for (const off of this.#unsubscribe.splice(0)) off();
    this.#signaling = null;
    this.#staying = setTimeout(() => this.open(), leavingMs);
    return signaling;
  };

  /** Stops following. May be called repeatedly. */
  close(): void {
    clearTimeout(this.#staying);
    this.#signaling?.close();
    this.#signaling = null;
  }

  #follow(signaling: Signaling): void {
    signaling.request('lobby:follow', {}).then(
      (view) => {
        if (this.#signaling === signaling) this.#update(view);
      },
      (error: unknown) => this.#fail(signaling, error),
    );
  }

  #update({ broadcasts, upcoming }: LobbyView): void {
    this.#store.set({ broadcasts, upcoming, error: null });
  }

  #fail(signaling: Signaling, error: unknown): void {
    if (this.#signaling !== signaling) return;
    this.#store.set({ ...this.#store.get(), error: toErrorBody(error) });
  }
}

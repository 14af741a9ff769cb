import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { ChannelView, MediaKind, UpcomingShow } from '../../signaling.ts';
import { type Signaling, withTimeout } from '../signaling/signaling-client.ts';

/** The events of a subscription. None is called after {@link ChannelSubscription.close}. */
export type ChannelSubscriptionEvents = {
  /**
   * The socket is connected. Its role and subscriptions hold if it was recovered; otherwise the server knows nothing.
   */
  onConnected: (recovered: boolean) => void;
  /** The socket is disconnected, and will reconnect automatically. */
  onBroken: () => void;
  /** The socket did not connect in time, with the reason as far as it is known. It goes on trying. */
  onUnanswered: (reason: ErrorBody) => void;
  /** The broadcast on the channel has changed. */
  onChanged: (view: ChannelView) => void;
  /** The announcement on the channel has changed. */
  onUpcoming: (upcoming: UpcomingShow | null) => void;
  /** The server does not send these kinds over the media link, because there is no common codec. */
  onKindsUnplayable: (unplayable: readonly MediaKind[]) => void;
  /** The place in the line for a full stream is another one; 0 means that a seat is held. */
  onLineMoved: (position: number) => void;
  /** The server closed the media link. */
  onLinkClosed: (error: ErrorBody) => void;
};

/** A viewer's socket to the server, and the events of one channel on it. Closed once, never used again. */
export class ChannelSubscription {
  readonly signaling: Signaling;
  readonly #channel: string;
  readonly #events: ChannelSubscriptionEvents;
  /** Counts the connections: the result of a request on an earlier one does not apply to this one. */
  #connections = 0;
  #closed = false;

  constructor(channel: string, signaling: Signaling, events: ChannelSubscriptionEvents) {
    this.#channel = channel;
    this.signaling = signaling;
    this.#events = events;
  }

  /** Starts listening, and connects unless the socket is connected. */
  open(): void {
    const { signaling } = this;
    signaling.on('broadcast:changed', (view) => this.#tell(() => this.#events.onChanged(view)));
    signaling.on('upcoming:changed', ({ upcoming }) => this.#tell(() => this.#events.onUpcoming(upcoming)));
    signaling.on('link:narrowed', ({ unplayable }) => this.#tell(() => this.#events.onKindsUnplayable(unplayable)));
    signaling.on('line:moved', ({ position }) => this.#tell(() => this.#events.onLineMoved(position)));
    signaling.on('link:closed', ({ error }) => this.#tell(() => this.#events.onLinkClosed(error)));
    signaling.onDisconnected(() => {
      this.#tell(() => this.#events.onBroken());
      this.#awaitAnswer();
    });
    signaling.onConnected((recovered) => {
      this.#connections += 1;
      this.#tell(() => this.#events.onConnected(recovered));
    });
    signaling.open();
    this.#awaitAnswer();
  }

  /**
   * Asks for the current broadcast. The promise is neither resolved nor rejected if the socket has been closed or has
   * reconnected meanwhile.
   * @throws AppError the server's error, or `connection-lost` when there is no reply in time
   */
  ask(timeoutMs: number): Promise<ChannelView & { upcoming: UpcomingShow | null }> {
    const connections = this.#connections;
    const isCurrent = () => !this.#closed && this.#connections === connections;
    return new Promise((resolve, reject) => {
      withTimeout(this.signaling.request('channel:follow', { channel: this.#channel }), timeoutMs).then(
        (view) => isCurrent() && resolve(view),
        (error: unknown) => isCurrent() && reject(error),
      );
    });
  }

  /** Closes the socket. May be called repeatedly. */
  close(): void {
    this.#closed = true;
    this.signaling.close();
  }

  #awaitAnswer(): void {
    this.signaling
      .whenConnected()
      .catch((error: unknown) => this.#tell(() => this.#events.onUnanswered(toErrorBody(error))));
  }

  #tell(event: () => void): void {
    if (!this.#closed) event();
  }
}

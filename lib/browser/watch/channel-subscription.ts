import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { ChannelView, MediaKind, UpcomingShow } from '../../signaling.ts';
import { type Signaling, withTimeout } from '../signaling/signaling-client.ts';

/** What is heard over a socket. None is called after {@link ChannelSubscription.close}. */
export type ChannelSubscriptionEvents = {
  /** The socket stands. What was agreed before holds if it was recovered, and otherwise nothing. */
  onConnected: (recovered: boolean) => void;
  /** It is broken, and will come back by itself. */
  onBroken: () => void;
  /** It should long stand, and does not, for this reason as far as it can be told. It is tried on. */
  onUnanswered: (reason: ErrorBody) => void;
  /** Something has changed on the channel. */
  onChanged: (view: ChannelView) => void;
  /** What is announced on the channel has changed. */
  onUpcoming: (upcoming: UpcomingShow | null) => void;
  /** The server sends none of these kinds over the media link, because there is no common codec. */
  onKindsUnplayable: (unplayable: readonly MediaKind[]) => void;
  /** The server took the media link away. */
  onLinkClosed: (error: ErrorBody) => void;
};

/** A viewer's socket to the server, and what is heard of one channel over it. Closed once, never used again. */
export class ChannelSubscription {
  readonly signaling: Signaling;
  readonly #channel: string;
  readonly #events: ChannelSubscriptionEvents;
  /** Counts the connections: a question that was asked on an earlier one says nothing of this one. */
  #connections = 0;
  #closed = false;

  constructor(channel: string, signaling: Signaling, events: ChannelSubscriptionEvents) {
    this.#channel = channel;
    this.signaling = signaling;
    this.#events = events;
  }

  /** Begins to listen, and connects unless it stands. */
  open(): void {
    const { signaling } = this;
    signaling.on('broadcast:changed', (view) => this.#tell(() => this.#events.onChanged(view)));
    signaling.on('upcoming:changed', ({ upcoming }) => this.#tell(() => this.#events.onUpcoming(upcoming)));
    signaling.on('link:narrowed', ({ unplayable }) => this.#tell(() => this.#events.onKindsUnplayable(unplayable)));
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
   * Asks what is on. It is neither answered nor refused when the socket has been closed, or another connection of it
   * begun, meanwhile.
   * @throws AppError what the server says, or `connection-lost` when it says nothing in time
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

  /** Hangs up. May be called repeatedly. */
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

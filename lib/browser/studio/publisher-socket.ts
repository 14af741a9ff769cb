import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import type { BroadcastView, Replies, RequestInput, RequestName } from '../../signaling.ts';
import { type Signaling, withTimeout } from '../signaling/signaling-client.ts';

/** The callbacks of a socket; none is called after the socket was replaced or closed. */
export type PublisherSocketEvents = {
  /** The socket is connected; `recovered` when the server still knows it. */
  onConnected: (recovered: boolean) => void;
  /** The socket is disconnected; it reconnects automatically. */
  onDisconnected: () => void;
  /** The socket was not connected in time. */
  onUnreachable: (error: ErrorBody) => void;
  onBroadcast: (broadcast: BroadcastView | null) => void;
  /** Another media link is to take the place of the present one. */
  onLinkMoving: () => void;
  /** The server that has the show stops gracefully; the link goes on for a while. */
  onOwnerLeaving: () => void;
  /** The server closed the media link. */
  onLinkClosed: (error: ErrorBody) => void;
};

/** The error when there is no socket to the server, or no longer. */
export function connectionLost(): AppError {
  return new AppError('connection-lost', 'The connection to the server was lost.');
}

/**
 * A presenter's socket, which can be replaced by a new one. A former socket that is connected stays open until it is
 * released, so that the show always has a presenter: for the server, that is the former socket until it has accepted
 * the new one.
 */
export class PublisherSocket {
  readonly #connectSignaling: () => Signaling;
  readonly #events: PublisherSocketEvents;
  #current: Signaling | null = null;
  #former: Signaling | null = null;

  constructor(connectSignaling: () => Signaling, events: PublisherSocketEvents) {
    this.#connectSignaling = connectSignaling;
    this.#events = events;
  }

  /** The socket to the server; `null` before {@link open} and after {@link close}. */
  get current(): Signaling | null {
    return this.#current;
  }

  /** True while requests can be sent. */
  get connected(): boolean {
    return this.#current?.connected === true;
  }

  /** Opens a socket, in place of a former one. */
  open(): void {
    // A disconnected socket is useless to the server, so only a connected one is worth keeping.
    if (this.connected) {
      this.releaseFormer();
      this.#former = this.#current;
    } else this.#current?.close();
    const signaling = this.#connectSignaling();
    this.#current = signaling;
    const ifCurrent = (tell: (events: PublisherSocketEvents) => void) => {
      if (this.#current === signaling) tell(this.#events);
    };
    signaling.on('broadcast:changed', ({ broadcast }) => ifCurrent((events) => events.onBroadcast(broadcast)));
    signaling.on('link:moving', () => ifCurrent((events) => events.onLinkMoving()));
    signaling.on('owner:leaving', () => ifCurrent((events) => events.onOwnerLeaving()));
    signaling.on('link:closed', ({ error }) => ifCurrent((events) => events.onLinkClosed(error)));
    signaling.onDisconnected(() => ifCurrent((events) => events.onDisconnected()));
    signaling.onConnected((recovered) => ifCurrent((events) => events.onConnected(recovered)));
    signaling.open();
    signaling
      .whenConnected()
      .catch((error: unknown) => ifCurrent((events) => events.onUnreachable(toErrorBody(error))));
  }

  /** Closes the former socket: the server has accepted the new one, or neither is needed any longer. */
  releaseFormer(): void {
    this.#former?.close();
    this.#former = null;
  }

  /** Closes both. May be called repeatedly, and before {@link open}. */
  close(): void {
    this.#current?.close();
    this.#current = null;
    this.releaseFormer();
  }

  /** Sends a request; fails with `connection-lost` without a socket, and after `timeoutMs` milliseconds. */
  request<Name extends RequestName>(name: Name, body: RequestInput<Name>, timeoutMs = 10_000): Promise<Replies[Name]> {
    if (this.#current === null) return Promise.reject(connectionLost());
    return withTimeout(this.#current.request(name, body), timeoutMs);
  }
}

import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { BroadcastView, ChannelView, MediaKind, Replies, UpcomingShow } from '../../signaling.ts';
import type { Store } from '../page/store.ts';
import type { ViewerCredentials } from '../page/stored-credentials.ts';
import type { PeerLink } from '../rtc/peer-link.ts';
import { type Signaling, withTimeout } from '../signaling/signaling-client.ts';
import type { PictureControl } from './picture-control.ts';

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
  /** The viewer may no longer watch the channel. */
  onLocked: (error: ErrorBody) => void;
  /** The place in the line for a full stream is another one; 0 means that a seat is held. */
  onLineMoved: (position: number) => void;
  /** Another media link is to take the place of the present one. */
  onLinkMoving: () => void;
  /** The server that has the media link stops gracefully; the link goes on for a while, but we are not a member now. */
  onOwnerLeaving: () => void;
  /** The server closed the media link. */
  onLinkClosed: (error: ErrorBody) => void;
};

/** A channel, what may let the viewer in to it, and which tier of the picture the viewer wants. */
export type WatchedChannel = {
  channel: string;
  credentials: Pick<ViewerCredentials, 'find' | 'keepLink'>;
  picture: PictureControl;
  /** Where the present socket is noted, for others who use it. */
  current: Store<Signaling | null>;
};

/** A reachable server answers within this time, in milliseconds. */
export const probeMs = 1_000;

/**
 * A viewer's socket to the server, the events of one channel on it, and whether the server has admitted the viewer to
 * the channel's audience. Closed once, never used again.
 */
export class ChannelSubscription {
  readonly signaling: Signaling;
  readonly #watched: WatchedChannel;
  readonly #events: ChannelSubscriptionEvents;
  /** Counts the connections: the result of a request on an earlier one does not apply to this one. */
  #connections = 0;
  /** The audience membership, from the request to join until we leave. There is at most one per socket. */
  #isMember = false;
  #closed = false;

  constructor(watched: WatchedChannel, signaling: Signaling, events: ChannelSubscriptionEvents) {
    this.#watched = watched;
    this.signaling = signaling;
    this.#events = events;
  }

  /** Starts listening, and connects unless the socket is connected. */
  open(): void {
    const { signaling } = this;
    signaling.on('broadcast:changed', (view) => this.#notify(() => this.#events.onChanged(view)));
    signaling.on('upcoming:changed', ({ upcoming }) => this.#notify(() => this.#events.onUpcoming(upcoming)));
    signaling.on('link:narrowed', ({ unplayable }) => this.#notify(() => this.#events.onKindsUnplayable(unplayable)));
    signaling.on('channel:locked', ({ error }) => this.#notify(() => this.#events.onLocked(error)));
    signaling.on('line:moved', ({ position }) => this.#notify(() => this.#events.onLineMoved(position)));
    signaling.on('link:moving', () => this.#notify(() => this.#events.onLinkMoving()));
    signaling.on('owner:leaving', () => {
      this.#isMember = false;
      this.#notify(() => this.#events.onOwnerLeaving());
      this.#watched.picture.left();
    });
    signaling.on('link:closed', ({ error }) => {
      this.#isMember = false;
      this.#notify(() => this.#events.onLinkClosed(error));
    });
    this.#watched.picture.attach(signaling);
    signaling.onDisconnected(() => {
      this.#notify(() => this.#events.onBroken());
      this.#awaitAnswer();
    });
    signaling.onConnected((recovered) => {
      this.#connections += 1;
      if (!recovered) this.#isMember = false;
      this.#notify(() => this.#events.onConnected(recovered));
    });
    signaling.open();
    this.#watched.current.set(signaling);
    this.#awaitAnswer();
  }

  /**
   * Asks for the current broadcast. The promise is neither resolved nor rejected if the socket has been closed or has
   * reconnected meanwhile.
   * @throws AppError the server's error, or `connection-lost` when there is no reply in time
   */
  ask(timeoutMs: number): Promise<Replies['channel:follow']> {
    const connections = this.#connections;
    const isCurrent = () => !this.#closed && this.#connections === connections;
    return new Promise((resolve, reject) => {
      withTimeout(this.signaling.request('channel:follow', asWatched(this.#watched)), timeoutMs).then(
        (view) => {
          const { channel, credentials } = this.#watched;
          if (view.ticket !== undefined) credentials.keepLink(channel, view.ticket);
          if (isCurrent()) resolve(view);
        },
        (error: unknown) => isCurrent() && reject(error),
      );
    });
  }

  /**
   * Joins the audience, to receive over `link`. An existing membership is left first: the server may not have noticed
   * that its link is dead, and leaving does no harm if it has.
   * @param isWanted whether the join is still wanted, after that
   * @returns the current broadcast; `null` if the join was no longer wanted
   */
  async join(link: PeerLink, isWanted: () => boolean): Promise<BroadcastView | null> {
    const { signaling } = this;
    if (this.#isMember) {
      this.#watched.picture.left();
      await signaling.request('viewer:leave', {}).catch(() => undefined);
      if (!isWanted()) return null;
    }
    const { broadcast } = await link.negotiate((sdpOffer) => {
      this.#isMember = true;
      const join = signaling.request('viewer:join', { ...asWatched(this.#watched), sdpOffer });
      return join.catch((error: unknown) => {
        if (toErrorBody(error).code === 'stream-full') this.#isMember = false;
        throw error;
      });
    });
    if (this.#isMember) this.#watched.picture.joined(signaling);
    return isWanted() ? broadcast : null;
  }

  /** Asks to receive over `link` as well, while the present one goes on until {@link settle}. @throws AppError */
  async move(link: PeerLink): Promise<void> {
    await link.negotiate((sdpOffer) => this.signaling.request('viewer:move', { sdpOffer }));
  }

  /** Keeps the link that {@link move} has made, or the one before. */
  settle(on: 'new' | 'former'): void {
    this.signaling.request('viewer:settle', { on }).catch(() => undefined);
  }

  /** Leaves the audience; does nothing without a membership. */
  leave(): void {
    if (!this.#isMember) return;
    this.#isMember = false;
    this.#watched.picture.left();
    this.signaling.request('viewer:leave', {}).catch(() => undefined);
  }

  /** Closes the socket. May be called repeatedly. */
  close(): void {
    this.#closed = true;
    this.#watched.picture.left();
    if (this.#watched.current.get() === this.signaling) this.#watched.current.set(null);
    this.signaling.close();
  }

  #awaitAnswer(): void {
    this.signaling
      .whenConnected()
      .catch((error: unknown) => this.#notify(() => this.#events.onUnanswered(toErrorBody(error))));
  }

  #notify(event: () => void): void {
    if (!this.#closed) event();
  }
}

/** The channel for a request, with what lets the viewer in, if there is anything. */
function asWatched({ channel, credentials }: WatchedChannel): { channel: string; credential?: string } {
  const credential = credentials.find(channel);
  return credential === undefined ? { channel } : { channel, credential };
}

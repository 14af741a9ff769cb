import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import type { ChannelView, UpcomingShow } from '../../signaling.ts';
import type { PageLifecycle, Wake } from '../page/page-lifecycle.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { speaksWebRtc } from '../rtc/peer-connection.ts';
import { mediaInterrupted, PeerLink } from '../rtc/peer-link.ts';
import { nonRetryableErrorCodes, Retry } from '../signaling/retry.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { ChannelSubscription, probeMs, type WatchedChannel } from './channel-subscription.ts';
import { LinePlace } from './line-place.ts';
import { LinkAhead } from './link-ahead.ts';
import { LinkMover } from './link-mover.ts';
import { PictureControl } from './picture-control.ts';
import { Reconnects, type RejoinReason, rejoinReason, wakeRejoinReason } from './reconnects.ts';
import { type SeenPicture, StallMonitor } from './stall-monitor.ts';
import { browserParts, type ViewerSessionParts } from './viewer-session-parts.ts';
import { expectedMedia, isLive, nextViewerState, type ViewerEvent, type ViewerState } from './viewer-state.ts';

/**
 * Watches one channel: waits for a show, receives it, reconnects after every interruption, and waits for the next show.
 * It can be opened and closed any number of times; there is at most one socket and one connection at a time.
 */
export class ViewerSession {
  readonly channel: string;
  readonly #parts: ViewerSessionParts;
  readonly #watched: WatchedChannel;
  readonly #store = new Store<ViewerState>({ phase: 'idle' });
  readonly state: ReadableStore<ViewerState> = this.#store;
  readonly reconnects = new Reconnects();
  /** Which tier of the picture the viewer wants, and gets. */
  readonly tier = new PictureControl();
  /** The socket to the server; `null` while there is none. */
  readonly signaling = new Store<Signaling | null>(null);
  /** The announced show on the channel that has not begun. */
  readonly upcoming = new Store<UpcomingShow | null>(null);
  /** The picture on the current link. */
  readonly picture: Store<SeenPicture>;
  readonly #stallMonitor: StallMonitor;
  readonly #retry: Retry;
  readonly #place: LinePlace;
  readonly #mover: LinkMover;
  /** The link for the first connection of the socket; its offer is made while the socket connects. */
  readonly #ahead = new LinkAhead();
  #pageLifecycle: PageLifecycle | null = null;
  #subscription: ChannelSubscription | null = null;
  #link: PeerLink | null = null;
  /** The broadcast that the link is for; also `null` while it is for any broadcast that is on. */
  #linkedTo: string | null = null;

  constructor(channel: string, parts: ViewerSessionParts = browserParts) {
    this.channel = channel;
    this.#parts = parts;
    this.#watched = { channel, credentials: parts.credentials, picture: this.tier, current: this.signaling };
    this.#retry = new Retry(parts.backoffMs);
    const apply = (event: ViewerEvent) => this.#apply(event);
    this.#place = new LinePlace({ channel, apply, join: () => this.#join(), retry: this.#retry });
    const expected = () => expectedMedia(this.#store.get(), this.tier.state.get().selection);
    this.#mover = new LinkMover({
      ...{ ...parts, isVisible: parts.isPageVisible, expected, retry: this.#retry, current: () => this.#link },
      onConnected: (link, stream) => this.#linked(link, stream),
      onLost: (error) => this.#lose(error.toBody()),
    });
    this.#stallMonitor = new StallMonitor({
      ...{ isVisible: parts.isPageVisible, expected },
      onStalled: (doubt) => {
        const hasSocket = this.#subscription?.signaling.connected;
        this.#lose(mediaInterrupted().toBody(), hasSocket ? wakeRejoinReason(doubt) : 'network');
      },
    });
    this.picture = this.#stallMonitor.picture;
  }

  /** The browser's report on the link; `null` while there is no link. */
  readonly report = (): Promise<RTCStatsReport | null> => this.#link?.report() ?? Promise.resolve(null);

  /** Starts watching. Does nothing if it is already open. */
  open(): void {
    if (this.#subscription !== null) return;
    this.#apply({ type: 'opened' });
    if (!speaksWebRtc()) {
      this.#fail(new AppError('unsupported-browser', 'This browser cannot show live video.').toBody());
      return;
    }
    this.#pageLifecycle = this.#parts.observePageLifecycle((wake) => this.#wake(wake));
    const subscription = this.#openSubscription();
    if (subscription.signaling.connected) this.#arrive(subscription);
    else this.#ahead.prepare(this.#makeLink(subscription.signaling));
  }

  /** Stops watching and releases everything. Does nothing if it is closed. */
  close(): void {
    this.#release();
    this.#apply({ type: 'closed' });
  }

  #openSubscription(): ChannelSubscription {
    this.#subscription?.close();
    this.#ahead.close();
    const subscription = new ChannelSubscription(this.#watched, this.#parts.connectSignaling(), {
      onChanged: (view) => this.#update(view),
      onUpcoming: (upcoming) => this.upcoming.set(upcoming),
      onKindsUnplayable: (unplayable) => this.#stallMonitor.expectNo(unplayable),
      onLocked: (error) => this.#fail(error),
      onLineMoved: (position) => this.#place.moved(position),
      onLinkMoving: () => this.#mover.begin(subscription),
      onOwnerLeaving: () => this.#mover.ownerLeaves(subscription) || this.#lose(mediaInterrupted().toBody()),
      onLinkClosed: (error) => (this.#mover.outlives ? this.#mover.again(subscription) : this.#lose(error)),
      // A picture that still moves goes on: it needs no socket, and the stall monitor notices if it stops.
      onBroken: () => this.#link?.connected !== true && this.#interrupt('network', null),
      onUnanswered: (reason) => this.#apply({ type: 'unanswered', reason }),
      onConnected: (recovered) => (recovered ? this.#resume() : this.#arrive(subscription)),
    });
    this.#subscription = subscription;
    subscription.open();
    return subscription;
  }

  /** The socket is new to the server: earlier memberships and subscriptions no longer hold. */
  #arrive(subscription: ChannelSubscription): void {
    this.#ask(subscription);
    if (this.#mover.outlives) {
      this.#mover.joinNext(subscription);
      return;
    }
    this.#dropLink();
    this.#place.pause();
    this.#interrupt('network', null);
    // Either reply says whether a broadcast is on; waiting for the first one would cost a round trip.
    this.#connect(subscription, null);
  }

  /** Asks for the current broadcast, and joins it. */
  #ask(subscription: ChannelSubscription, timeoutMs = 10_000): void {
    subscription.ask(timeoutMs).then(
      (view) => {
        this.upcoming.set(view.upcoming);
        this.#update(view);
        if (this.#store.get().phase === 'reconnecting' && this.#link === null && !this.#retry.isDue) {
          this.#retry.later(() => this.#join());
        }
      },
      (error: unknown) => {
        const body = toErrorBody(error);
        if (nonRetryableErrorCodes.has(body.code)) this.#fail(body);
        else if (timeoutMs === probeMs) this.#openSubscription();
        else {
          // A viewer who does not see anything yet learns why.
          this.#apply({ type: 'unanswered', reason: body });
          this.#retry.later(() => this.#arrive(subscription));
        }
      },
    );
  }

  /** The page woke up: connections that seem to be open may no longer be. */
  #wake({ reason }: Wake): void {
    const subscription = this.#subscription;
    if (subscription === null) return;
    this.#retry.reset();
    this.#stallMonitor.doubt(reason);
    if (!subscription.signaling.connected) {
      // The socket may be waiting for its next attempt; a new one connects immediately.
      this.#openSubscription();
      return;
    }
    this.#ask(subscription, probeMs);
    if (this.#link?.connected) this.#stallMonitor.hurry();
    else if (this.#retry.isDue) this.#join();
  }

  #resume(): void {
    const state = this.#store.get();
    if (state.phase !== 'reconnecting') return;
    if (this.#link?.connected && state.stream) this.#apply({ type: 'connected', stream: state.stream });
    else if (this.#link === null) this.#join();
  }

  #update({ broadcast }: ChannelView): void {
    const before = this.#store.get();
    this.#apply({ type: 'broadcast-changed', broadcast });
    const isUnbound = this.#link !== null && this.#linkedTo === null;
    const { phase } = this.#store.get();
    // A viewer who joined before it was known what is on leaves again if there is nothing to see.
    const isEarly = isUnbound && !isLive(broadcast) && phase !== 'full';
    if (broadcast === null || broadcast.phase === 'ended' || isEarly) this.#leave();
    if (!isLive(broadcast) || phase === 'failed' || phase === 'idle' || phase === 'full') return;
    if (isUnbound) this.#linkedTo = broadcast.broadcastId;
    else if (this.#linkedTo !== broadcast.broadcastId) this.#join();
    else if (this.#link === null) {
      const wasAway = 'broadcast' in before && before.broadcast?.phase === 'interrupted';
      if (wasAway) this.#retry.reset();
      if (wasAway || !this.#retry.isDue) this.#retry.spread(() => this.#join());
    }
  }

  #join(): void {
    const [subscription, state] = [this.#subscription, this.#store.get()];
    // Without a socket no request can be sent: the next connection starts from the beginning.
    if (subscription === null || !subscription.signaling.connected) return;
    // The server could answer nothing so far.
    if (state.phase === 'asking') this.#arrive(subscription);
    if (!('broadcast' in state)) return;
    // A viewer who has waited in line takes the seat at once, even while the show is interrupted.
    const isCalled = state.phase === 'connecting' || state.phase === 'full';
    if (!isLive(state.broadcast) && !isCalled) {
      // An announcement follows when the show resumes. In case it gets lost, we ask as well.
      if (state.phase === 'reconnecting') this.#retry.later(() => this.#ask(subscription));
      return;
    }
    this.#connect(subscription, state.broadcast?.broadcastId ?? null);
  }

  #makeLink(signaling: Signaling): PeerLink {
    const { connection, stream, offer } = this.#parts.createReception();
    const onConnected = () => this.#linked(link, stream);
    const onLost = (error: AppError) => this.#lose(error.toBody());
    const link: PeerLink = new PeerLink(signaling, connection, { onConnected, onLost }, { offer });
    return link;
  }

  /** The link is connected, and the only one from now on. */
  #linked(link: PeerLink, stream: MediaStream): void {
    this.#link = link;
    this.#retry.connected();
    this.#place.leave();
    this.#apply({ type: 'connected', stream });
    this.reconnects.found();
    this.#stallMonitor.follow(link);
  }

  /** Joins the broadcast `linkedTo`, or any broadcast that is on if `null`. */
  #connect(subscription: ChannelSubscription, linkedTo: string | null): void {
    this.#dropLink();
    const link = this.#ahead.take() ?? this.#makeLink(subscription.signaling);
    this.#link = link;
    this.#linkedTo = linkedTo;
    const isWanted = () => this.#link === link;
    subscription.join(link, isWanted).then(
      (broadcast) => broadcast !== null && this.#update({ channel: this.channel, broadcast }),
      (error: unknown) => isWanted() && this.#lose(toErrorBody(error)),
    );
  }

  #lose(error: ErrorBody, reason: RejoinReason = rejoinReason(error)): void {
    if (this.#link === null) return;
    this.#retry.lost();
    const linkedTo = this.#linkedTo;
    this.#dropLink();
    if (error.code === 'stream-full' && this.#subscription !== null) this.#place.wait(this.#subscription.signaling);
    else if (nonRetryableErrorCodes.has(error.code)) this.#fail(error);
    else {
      this.#linkedTo = linkedTo;
      this.#interrupt(reason, error);
      this.#retry.later(() => this.#join());
    }
  }

  /** The picture is gone for `reason`; another attempt follows. */
  #interrupt(reason: RejoinReason, error: ErrorBody | null): void {
    if (this.#store.get().phase === 'live') this.reconnects.lost(reason);
    this.#apply({ type: 'lost', error });
  }

  #leave(): void {
    this.#dropLink();
    this.reconnects.forget();
    this.#retry.reset();
    this.#place.leave();
    this.#subscription?.leave();
  }

  #dropLink(): void {
    this.#retry.cancel();
    this.#stallMonitor.stop();
    this.#link?.close();
    this.#link = null;
    this.#linkedTo = null;
  }

  #fail(error: ErrorBody): void {
    this.#release();
    this.#apply({ type: 'failed', error });
  }

  #release(): void {
    this.#ahead.close();
    this.#dropLink();
    this.reconnects.forget();
    this.#pageLifecycle?.close();
    this.#pageLifecycle = null;
    this.#place.leave();
    this.#subscription?.close();
    this.#subscription = null;
    this.#retry.reset();
  }

  #apply(event: ViewerEvent): void {
    this.#store.set(nextViewerState(this.#store.get(), event));
  }
}

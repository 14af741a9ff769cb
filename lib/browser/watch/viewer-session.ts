import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import type { ChannelView, UpcomingShow } from '../../signaling.ts';
import type { PageLifecycle, Wake } from '../page/page-lifecycle.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { speaksWebRtc } from '../rtc/peer-connection.ts';
import { mediaInterrupted, type PeerLink } from '../rtc/peer-link.ts';
import { createViewerLink, type ViewerLink } from '../rtc/viewer-link.ts';
import { nonRetryableErrorCodes, Retry } from '../signaling/retry.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { AudienceMembership } from './audience-membership.ts';
import { ChannelSubscription } from './channel-subscription.ts';
import { Reconnects, type RejoinReason, rejoinReason, wakeRejoinReason } from './reconnects.ts';
import { type SeenPicture, StallMonitor } from './stall-monitor.ts';
import { browserParts, type ViewerSessionParts } from './viewer-session-parts.ts';
import { expectedMedia, isLive, nextViewerState, type ViewerEvent, type ViewerState } from './viewer-state.ts';

/** A link that held for this long was good: the next attempt need not wait. */
const goodLinkMs = 10_000;
/** When a show goes on for everybody at one moment, everybody joins within this time. */
const spreadMs = 200;
/** How soon a server that can be reached at all answers. */
const probeMs = 1_000;

/**
 * Watches one channel: waits for a show, receives it, comes back after every interruption, and waits for the next.
 * It can be opened and closed any number of times; there is at most one socket and one connection at a time.
 */
export class ViewerSession {
  readonly channel: string;
  readonly #parts: ViewerSessionParts;
  readonly #store = new Store<ViewerState>({ phase: 'idle' });
  readonly state: ReadableStore<ViewerState> = this.#store;
  readonly reconnects = new Reconnects();
  /** What was announced on the channel and has not begun. */
  readonly upcoming = new Store<UpcomingShow | null>(null);
  readonly #stallMonitor: StallMonitor;
  readonly #retry: Retry;
  readonly #membership: AudienceMembership;
  #pageLifecycle: PageLifecycle | null = null;
  #subscription: ChannelSubscription | null = null;
  /** For the first connection of the socket: its offer is made meanwhile. */
  #ahead: ViewerLink | null = null;
  #link: PeerLink | null = null;
  /** The broadcast that the link is for; `null` also while it is for whatever is on. */
  #linkedTo: string | null = null;
  #connectedAt = Number.POSITIVE_INFINITY;

  constructor(channel: string, parts: ViewerSessionParts = browserParts) {
    this.channel = channel;
    this.#parts = parts;
    this.#membership = new AudienceMembership(channel);
    this.#retry = new Retry(parts.backoffMs);
    this.#stallMonitor = new StallMonitor({
      isVisible: parts.isPageVisible,
      expected: () => expectedMedia(this.#store.get()),
      onStalled: (doubt) => {
        const hasSocket = this.#subscription?.signaling.connected;
        this.#lose(mediaInterrupted().toBody(), hasSocket ? wakeRejoinReason(doubt) : 'network');
      },
    });
  }

  /** The picture on the present link. */
  get picture(): Store<SeenPicture> {
    return this.#stallMonitor.picture;
  }

  /** What the browser measures of the link; `null` while there is none. */
  readonly report = (): Promise<RTCStatsReport | null> => this.#link?.report() ?? Promise.resolve(null);

  /** Starts watching. Does nothing when it is open. */
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
    else {
      this.#ahead = this.#makeLink(subscription.signaling);
      this.#ahead.link.prepare();
    }
  }

  /** Stops watching and gives everything back. Does nothing when it is closed. */
  close(): void {
    this.#release();
    this.#apply({ type: 'closed' });
  }

  /** Begins from the start: for the button beside an error. */
  reopen(): void {
    this.close();
    this.open();
  }

  #openSubscription(): ChannelSubscription {
    this.#subscription?.close();
    this.#dropAhead();
    const subscription = new ChannelSubscription(this.channel, this.#parts.connectSignaling(), {
      onChanged: (view) => this.#update(view),
      onUpcoming: (upcoming) => this.upcoming.set(upcoming),
      onKindsUnplayable: (unplayable) => this.#stallMonitor.expectNo(unplayable),
      onLinkClosed: (error) => {
        this.#membership.forget();
        if (this.#link !== null) this.#lose(error, rejoinReason(error));
      },
      // A picture that still moves goes on: it needs no socket, and the stall monitor notices when it stops.
      onBroken: () => {
        if (this.#link?.connected !== true) this.#interrupt('network', null);
      },
      onUnanswered: (reason) => this.#apply({ type: 'unanswered', reason }),
      onConnected: (recovered) => (recovered ? this.#resume() : this.#arrive(subscription)),
    });
    this.#subscription = subscription;
    subscription.open();
    return subscription;
  }

  /** A socket that is new to the server: nothing that was agreed before holds. */
  #arrive(subscription: ChannelSubscription): void {
    this.#dropLink();
    this.#membership.forget();
    this.#interrupt('network', null);
    this.#ask(subscription);
    // Whether anything is on, the server tells with either answer; who waited for the first would lose a round trip.
    this.#connect(subscription.signaling, null);
  }

  /** Asks what is on, and goes there. */
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
        else this.#retry.later(() => this.#arrive(subscription));
      },
    );
  }

  /** Something happened to the page, after which what seems to be connected may not be. */
  #wake({ reason }: Wake): void {
    const subscription = this.#subscription;
    if (subscription === null) return;
    this.#retry.reset();
    this.#stallMonitor.doubt(reason);
    if (!subscription.signaling.connected) {
      // The socket may be waiting for its next attempt; a new one does not.
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
    // Who asked to be let in before it was known what is on goes again if there is nothing to see.
    if (broadcast === null || broadcast.phase === 'ended' || (isUnbound && !isLive(broadcast))) this.#leave();
    const { phase } = this.#store.get();
    if (!isLive(broadcast) || phase === 'failed' || phase === 'idle') return;
    if (isUnbound) {
      this.#linkedTo = broadcast.broadcastId;
    } else if (this.#linkedTo !== broadcast.broadcastId) {
      this.#join();
    } else if (this.#link === null) {
      const wasAway = 'broadcast' in before && before.broadcast?.phase === 'interrupted';
      if (wasAway) this.#retry.reset();
      if (wasAway || !this.#retry.isDue) this.#retry.schedule(Math.random() * spreadMs, () => this.#join());
    }
  }

  #join(): void {
    const subscription = this.#subscription;
    const state = this.#store.get();
    // Without a socket there is nobody to ask: the next connection begins from the start.
    if (subscription === null || !subscription.signaling.connected || !('broadcast' in state)) return;
    if (!isLive(state.broadcast)) {
      // News will come when it goes on. Should they be lost, we ask.
      if (state.phase === 'reconnecting') this.#retry.later(() => this.#ask(subscription));
      return;
    }
    this.#connect(subscription.signaling, state.broadcast.broadcastId);
  }

  #makeLink(signaling: Signaling): ViewerLink {
    const made: ViewerLink = createViewerLink(signaling, this.#parts.createReception(), {
      onConnected: () => {
        this.#connectedAt = performance.now();
        this.#apply({ type: 'connected', stream: made.stream });
        this.reconnects.found();
        this.#stallMonitor.follow(made.link);
      },
      onLost: (error) => this.#lose(error.toBody(), 'network'),
    });
    return made;
  }

  /** Asks to be let in to the broadcast `linkedTo`, or to whatever is on. */
  #connect(signaling: Signaling, linkedTo: string | null): void {
    this.#dropLink();
    const { link } = this.#ahead ?? this.#makeLink(signaling);
    this.#ahead = null;
    this.#link = link;
    this.#linkedTo = linkedTo;
    const isWanted = () => this.#link === link;
    this.#membership.join(signaling, link, isWanted).then(
      (broadcast) => {
        if (broadcast !== null) this.#update({ channel: this.channel, broadcast });
      },
      (error: unknown) => {
        const body = toErrorBody(error);
        if (isWanted()) this.#lose(body, rejoinReason(body));
      },
    );
  }

  #lose(error: ErrorBody, reason: RejoinReason): void {
    if (performance.now() - this.#connectedAt > goodLinkMs) this.#retry.reset();
    const linkedTo = this.#linkedTo;
    this.#dropLink();
    if (nonRetryableErrorCodes.has(error.code)) this.#fail(error);
    else {
      this.#linkedTo = linkedTo;
      this.#interrupt(reason, error);
      this.#retry.later(() => this.#join());
    }
  }

  /** The picture is gone for `reason`, and will be back. */
  #interrupt(reason: RejoinReason, error: ErrorBody | null): void {
    if (this.#store.get().phase === 'live') this.reconnects.lost(reason);
    this.#apply({ type: 'lost', error });
  }

  #leave(): void {
    this.#dropLink();
    this.reconnects.forget();
    this.#retry.reset();
    this.#membership.leave(this.#subscription?.signaling ?? null);
  }

  #dropAhead(): void {
    this.#ahead?.link.close();
    this.#ahead = null;
  }

  #dropLink(): void {
    this.#retry.cancel();
    this.#stallMonitor.stop();
    this.#link?.close();
    this.#link = null;
    this.#linkedTo = null;
    this.#connectedAt = Number.POSITIVE_INFINITY;
  }

  #fail(error: ErrorBody): void {
    this.#release();
    this.#apply({ type: 'failed', error });
  }

  #release(): void {
    this.#dropAhead();
    this.#dropLink();
    this.reconnects.forget();
    this.#pageLifecycle?.close();
    this.#pageLifecycle = null;
    this.#subscription?.close();
    this.#subscription = null;
    this.#membership.forget();
    this.#retry.reset();
  }

  #apply(event: ViewerEvent): void {
    this.#store.set(nextViewerState(this.#store.get(), event));
  }
}

import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import type { ChannelView, UpcomingShow } from '../../signaling.ts';
import type { PageLifecycle, Wake } from '../page/page-lifecycle.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { speaksWebRtc } from '../rtc/peer-connection.ts';
import { mediaInterrupted } from '../rtc/peer-link.ts';
import { createViewerLink, type ViewerLink } from '../rtc/viewer-link.ts';
import { nonRetryableErrorCodes, Retry } from '../signaling/retry.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { AudienceMembership } from './audience-membership.ts';
import { ChannelSubscription } from './channel-subscription.ts';
import { Reconnects, type RejoinReason, rejoinReason, wakeRejoinReason } from './reconnects.ts';
import { SessionLinks } from './session-links.ts';
import { type SeenPicture, StallMonitor } from './stall-monitor.ts';
import { browserParts, type ViewerSessionParts } from './viewer-session-parts.ts';
import { expectedMedia, isLive, nextViewerState, type ViewerEvent, type ViewerState } from './viewer-state.ts';
import type { WaitingPlace } from './waiting-place.ts';

/** A reachable server answers within this time. */
const probeMs = 1_000;

/**
 * Watches one channel: waits for a show, receives it, reconnects after every interruption, and waits for the next show.
 * It can be opened and closed any number of times; there is at most one socket and one connection at a time.
 */
export class ViewerSession {
  readonly channel: string;
  readonly #parts: ViewerSessionParts;
  readonly #store = new Store<ViewerState>({ phase: 'idle' });
  readonly state: ReadableStore<ViewerState> = this.#store;
  readonly reconnects = new Reconnects();
  /** The announced show on the channel that has not begun. */
  readonly upcoming = new Store<UpcomingShow | null>(null);
  readonly #stallMonitor: StallMonitor;
  readonly #retry: Retry;
  readonly #membership: AudienceMembership;
  #place: WaitingPlace | null = null;
  readonly #links = new SessionLinks();
  #pageLifecycle: PageLifecycle | null = null;
  #subscription: ChannelSubscription | null = null;

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

  /** The picture on the current link. */
  get picture(): Store<SeenPicture> {
    return this.#stallMonitor.picture;
  }

  /** The browser's report on the link; `null` while there is no link. */
  readonly report = (): Promise<RTCStatsReport | null> => this.#links.current?.report() ?? Promise.resolve(null);

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
    else this.#links.prepare(this.#makeLink(subscription.signaling));
  }

  /** Stops watching and releases everything. Does nothing if it is closed. */
  close(): void {
    this.#release();
    this.#apply({ type: 'closed' });
  }

  #openSubscription(): ChannelSubscription {
    this.#subscription?.close();
    this.#links.dropAhead();
    const subscription = new ChannelSubscription(this.channel, this.#parts.connectSignaling(), {
      onChanged: (view) => this.#update(view),
      onUpcoming: (upcoming) => this.upcoming.set(upcoming),
      onKindsUnplayable: (unplayable) => this.#stallMonitor.expectNo(unplayable),
      onLineMoved: (position) => this.#place?.moved(position),
      onLinkClosed: (error) => {
        this.#membership.forget();
        if (this.#links.current !== null) this.#lose(error, rejoinReason(error));
      },
      // A picture that still moves goes on: it needs no socket, and the stall monitor notices if it stops.
      onBroken: () => {
        if (this.#links.current?.connected !== true) this.#interrupt('network', null);
      },
      onUnanswered: (reason) => this.#apply({ type: 'unanswered', reason }),
      onConnected: (recovered) => (recovered ? this.#resume() : this.#arrive(subscription)),
    });
    this.#subscription = subscription;
    subscription.open();
    return subscription;
  }

  /** The socket is new to the server: earlier memberships and subscriptions no longer hold. */
  #arrive(subscription: ChannelSubscription): void {
    this.#dropLink();
    this.#membership.forget();
    this.#place?.pause();
    this.#interrupt('network', null);
    this.#ask(subscription);
    // Either reply says whether a broadcast is on; waiting for the first one would cost a round trip.
    this.#connect(subscription.signaling, null);
  }

  /** Asks for the current broadcast, and joins it. */
  #ask(subscription: ChannelSubscription, timeoutMs = 10_000): void {
    subscription.ask(timeoutMs).then(
      (view) => {
        this.upcoming.set(view.upcoming);
        this.#update(view);
        if (this.#store.get().phase === 'reconnecting' && this.#links.current === null && !this.#retry.isDue) {
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
    if (this.#links.current?.connected) this.#stallMonitor.hurry();
    else if (this.#retry.isDue) this.#join();
  }

  #resume(): void {
    const state = this.#store.get();
    if (state.phase !== 'reconnecting') return;
    if (this.#links.current?.connected && state.stream) this.#apply({ type: 'connected', stream: state.stream });
    else if (this.#links.current === null) this.#join();
  }

  #update({ broadcast }: ChannelView): void {
    const before = this.#store.get();
    this.#apply({ type: 'broadcast-changed', broadcast });
    const { isUnbound } = this.#links;
    const { phase } = this.#store.get();
    // A viewer who joined before it was known what is on leaves again if there is nothing to see.
    const isWaiting = isUnbound && !isLive(broadcast) && phase !== 'full';
    if (broadcast === null || broadcast.phase === 'ended' || isWaiting) this.#leave();
    if (!isLive(broadcast) || phase === 'failed' || phase === 'idle' || phase === 'full') return;
    if (isUnbound) {
      this.#links.broadcastId = broadcast.broadcastId;
    } else if (this.#links.broadcastId !== broadcast.broadcastId) {
      this.#join();
    } else if (this.#links.current === null) {
      const wasAway = 'broadcast' in before && before.broadcast?.phase === 'interrupted';
      if (wasAway) this.#retry.reset();
      if (wasAway || !this.#retry.isDue) this.#retry.spread(() => this.#join());
    }
  }

  #join(): void {
    const subscription = this.#subscription;
    const state = this.#store.get();
    // Without a socket no request can be sent: the next connection starts from the beginning.
    if (subscription === null || !subscription.signaling.connected || !('broadcast' in state)) return;
    if (!isLive(state.broadcast)) {
      // An announcement follows when the show resumes. In case it gets lost, we ask as well.
      if (state.phase === 'reconnecting') this.#retry.later(() => this.#ask(subscription));
      return;
    }
    this.#connect(subscription.signaling, state.broadcast.broadcastId);
  }

  /** Joins what is on, whatever its phase. Without a socket, the next connection does. */
  readonly #rejoin = (): void => {
    const [signaling, state] = [this.#subscription?.signaling, this.#store.get()];
    const broadcast = 'broadcast' in state ? state.broadcast : null;
    if (signaling?.connected) this.#connect(signaling, broadcast?.broadcastId ?? null);
  };

  #makeLink(signaling: Signaling): ViewerLink {
    const made: ViewerLink = createViewerLink(signaling, this.#parts.createReception(), {
      onConnected: () => {
        this.#links.noteConnected();
        this.#place?.leave();
        this.#apply({ type: 'connected', stream: made.stream });
        this.reconnects.found();
        this.#stallMonitor.follow(made.link);
      },
      onLost: (error) => this.#lose(error.toBody(), 'network'),
    });
    return made;
  }

  /** Joins the broadcast `linkedTo`, or any broadcast that is on if `null`. */
  #connect(signaling: Signaling, linkedTo: string | null): void {
    this.#dropLink();
    const link = this.#links.use(() => this.#makeLink(signaling), linkedTo);
    const isWanted = () => this.#links.current === link;
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
    if (this.#links.wasGood) this.#retry.reset();
    const { broadcastId } = this.#links;
    this.#dropLink();
    if (error.code === 'stream-full') this.#queue();
    else if (nonRetryableErrorCodes.has(error.code)) this.#fail(error);
    else {
      this.#links.broadcastId = broadcastId;
      this.#interrupt(reason, error);
      this.#retry.later(() => this.#join());
    }
  }

  /** Waits in line for a seat. Few viewers have to, so the code for that is loaded only then. */
  #queue(): void {
    this.#membership.forget();
    this.#apply({ type: 'queued', position: null });
    const [retry, join] = [this.#retry, this.#rejoin];
    const waitThere = ({ WaitingPlace: Place }: typeof import('./waiting-place.ts')) => {
      this.#place ??= new Place(this.channel, { apply: (event) => this.#apply(event), join, retry });
      if (this.#subscription !== null && this.#links.current === null) this.#place.wait(this.#subscription.signaling);
    };
    import('./waiting-place.ts').then(waitThere, () => retry.later(join));
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
    this.#place?.leave();
    this.#membership.leave(this.#subscription?.signaling ?? null);
  }

  #dropLink(): void {
    this.#retry.cancel();
    this.#stallMonitor.stop();
    this.#links.drop();
  }

  #fail(error: ErrorBody): void {
    this.#release();
    this.#apply({ type: 'failed', error });
  }

  #release(): void {
    this.#links.dropAhead();
    this.#dropLink();
    this.reconnects.forget();
    this.#pageLifecycle?.close();
    this.#pageLifecycle = null;
    this.#place?.leave();
    this.#subscription?.close();
    this.#subscription = null;
    this.#membership.forget();
    this.#retry.reset();
  }

  #apply(event: ViewerEvent): void {
    this.#store.set(nextViewerState(this.#store.get(), event));
  }
}

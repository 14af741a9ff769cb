import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import type { ChannelView, UpcomingShow } from '../../signaling.ts';
import type { PageWatch, Wake } from '../page/page-watch.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { speaksWebRtc } from '../rtc/peer-connection.ts';
import { mediaInterrupted, type PeerLink } from '../rtc/peer-link.ts';
import { createViewerLink, type ViewerLink } from '../rtc/viewer-link.ts';
import { nonRetryableErrors, Retry } from '../signaling/retry.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { ChannelLine } from './channel-line.ts';
import { FrameWatch, type SeenPicture } from './frame-watch.ts';
import { Reconnects, type RejoinReason, rejoinReason, wakeRejoinReason } from './reconnects.ts';
import { Seat } from './seat.ts';
import { browserParts, type WatcherParts } from './watcher-parts.ts';
import { expectedMedia, isLive, nextWatcherState, type WatcherEvent, type WatcherState } from './watcher-state.ts';

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
export class Watcher {
  readonly channel: string;
  readonly #parts: WatcherParts;
  readonly #store = new Store<WatcherState>({ phase: 'idle' });
  readonly state: ReadableStore<WatcherState> = this.#store;
  readonly reconnects = new Reconnects();
  /** What was announced on the channel and has not begun. */
  readonly upcoming = new Store<UpcomingShow | null>(null);
  readonly #frames: FrameWatch;
  readonly #retry: Retry;
  readonly #seat: Seat;
  #page: PageWatch | null = null;
  #line: ChannelLine | null = null;
  /** For the first connection of the line: its offer is made meanwhile. */
  #ahead: ViewerLink | null = null;
  #link: PeerLink | null = null;
  /** The broadcast that the link is for; `null` also while it is for whatever is on. */
  #linkedTo: string | null = null;
  #connectedAt = Number.POSITIVE_INFINITY;

  constructor(channel: string, parts: WatcherParts = browserParts) {
    this.channel = channel;
    this.#parts = parts;
    this.#seat = new Seat(channel);
    this.#retry = new Retry(parts.backoffMs);
    this.#frames = new FrameWatch({
      isVisible: parts.isPageVisible,
      expected: () => expectedMedia(this.#store.get()),
      onStalled: (doubt) => {
        this.#lose(mediaInterrupted().toBody(), this.#line?.signaling.connected ? wakeRejoinReason(doubt) : 'network');
      },
    });
  }

  /** The picture on the present link. */
  get picture(): Store<SeenPicture> {
    return this.#frames.picture;
  }

  /** What the browser measures of the link; `null` while there is none. */
  readonly report = (): Promise<RTCStatsReport | null> => this.#link?.report() ?? Promise.resolve(null);

  /** Starts watching. Does nothing when it is open. */
  open(): void {
    if (this.#line !== null) return;
    this.#apply({ type: 'opened' });
    if (!speaksWebRtc()) {
      this.#fail(new AppError('unsupported-browser', 'This browser cannot show live video.').toBody());
      return;
    }
    this.#page = this.#parts.watchPage((wake) => this.#wake(wake));
    const line = this.#openLine();
    if (line.signaling.connected) this.#arrive(line);
    else {
      this.#ahead = this.#makeLink(line.signaling);
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

  #openLine(): ChannelLine {
    this.#line?.close();
    this.#dropAhead();
    const line = new ChannelLine(this.channel, this.#parts.connectSignaling(), {
      onChanged: (view) => this.#learn(view),
      onUpcoming: (upcoming) => this.upcoming.set(upcoming),
      onNarrowed: (unplayable) => this.#frames.expectNo(unplayable),
      onLinkClosed: (error) => {
        this.#seat.forget();
        if (this.#link !== null) this.#lose(error, rejoinReason(error));
      },
      // A picture that still moves goes on: it needs no line, and its own watch notices when it stops.
      onBroken: () => {
        if (this.#link?.connected !== true) this.#interrupt('network', null);
      },
      onUnanswered: (reason) => this.#apply({ type: 'unanswered', reason }),
      onConnected: (recovered) => {
        if (recovered) this.#resume();
        else this.#arrive(line);
      },
    });
    this.#line = line;
    line.open();
    return line;
  }

  /** A socket that is new to the server: nothing that was agreed before holds. */
  #arrive(line: ChannelLine): void {
    this.#dropLink();
    this.#seat.forget();
    this.#interrupt('network', null);
    this.#ask(line);
    // Whether anything is on, the server tells with either answer; who waited for the first would lose a round trip.
    this.#connect(line.signaling, null);
  }

  /** Asks what is on, and goes there. */
  #ask(line: ChannelLine, withinMs = 10_000): void {
    line.ask(withinMs).then(
      (view) => {
        this.upcoming.set(view.upcoming);
        this.#learn(view);
        if (this.#store.get().phase === 'reconnecting' && this.#link === null && !this.#retry.isDue) {
          this.#retry.later(() => this.#join());
        }
      },
      (error: unknown) => {
        const body = toErrorBody(error);
        if (nonRetryableErrors.has(body.code)) this.#fail(body);
        else if (withinMs === probeMs) this.#openLine();
        else this.#retry.later(() => this.#arrive(line));
      },
    );
  }

  /** Something happened to the page, after which what seems to be connected may not be. */
  #wake({ reason }: Wake): void {
    const line = this.#line;
    if (line === null) return;
    this.#retry.reset();
    this.#frames.doubt(reason);
    if (!line.signaling.connected) {
      // The socket may be waiting for its next attempt; a new one does not.
      this.#openLine();
      return;
    }
    this.#ask(line, probeMs);
    if (this.#link?.connected) this.#frames.hurry();
    else if (this.#retry.isDue) this.#join();
  }

  #resume(): void {
    const state = this.#store.get();
    if (state.phase !== 'reconnecting') return;
    if (this.#link?.connected && state.stream) this.#apply({ type: 'connected', stream: state.stream });
    else if (this.#link === null) this.#join();
  }

  #learn({ broadcast }: ChannelView): void {
    const before = this.#store.get();
    this.#apply({ type: 'told', broadcast });
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
    const line = this.#line;
    const state = this.#store.get();
    // Without a line there is nobody to ask: the next connection begins from the start.
    if (line === null || !line.signaling.connected || !('broadcast' in state)) return;
    if (!isLive(state.broadcast)) {
      // News will come when it goes on. Should they be lost, we ask.
      if (state.phase === 'reconnecting') this.#retry.later(() => this.#ask(line));
      return;
    }
    this.#connect(line.signaling, state.broadcast.broadcastId);
  }

  #makeLink(signaling: Signaling): ViewerLink {
    const made: ViewerLink = createViewerLink(signaling, this.#parts.createReception(), {
      onConnected: () => {
        this.#connectedAt = performance.now();
        this.#apply({ type: 'connected', stream: made.stream });
        this.reconnects.found();
        this.#frames.follow(made.link);
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
    this.#seat.take(signaling, link, isWanted).then(
      (broadcast) => {
        if (broadcast !== null) this.#learn({ channel: this.channel, broadcast });
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
    if (nonRetryableErrors.has(error.code)) this.#fail(error);
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
    this.#seat.leave(this.#line?.signaling ?? null);
  }

  #dropAhead(): void {
    this.#ahead?.link.close();
    this.#ahead = null;
  }

  #dropLink(): void {
    this.#retry.cancel();
    this.#frames.stop();
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
    this.#page?.close();
    this.#page = null;
    this.#line?.close();
    this.#line = null;
    this.#seat.forget();
    this.#retry.reset();
  }

  #apply(event: WatcherEvent): void {
    this.#store.set(nextWatcherState(this.#store.get(), event));
  }
}

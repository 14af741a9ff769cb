import { AppError, type ErrorBody, type ErrorCode, toErrorBody } from '../errors.ts';
import type { ChannelView } from '../signaling.ts';
import { backoffMs } from './backoff.ts';
import { createPeerConnection, preferVp8On, speaksWebRtc } from './peer-connection.ts';
import { PeerLink } from './peer-link.ts';
import { type Signaling, SignalingClient } from './signaling-client.ts';
import { StallDetector } from './stall-detector.ts';
import { Store } from './store.ts';
import { isLive, nextWatcherState, type WatcherEvent, type WatcherState } from './watcher-state.ts';

/** What a watcher is made of; tests give their own. */
export type WatcherParts = {
  connectSignaling: () => Signaling;
  createPeerConnection: () => RTCPeerConnection;
  backoffMs: (attempt: number) => number;
};

const browserParts: WatcherParts = { connectSignaling: () => new SignalingClient(), createPeerConnection, backoffMs };

/** Trying again does not help against these. */
const hopeless: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-request',
  'bad-offer',
  'no-common-codec',
  'unsupported-browser',
]);

/** A link that held for this long was good: the next attempt need not wait. */
const goodLinkMs = 10_000;
const watchdogMs = 2_000;
const stallMs = 8_000;

/**
 * Watches one channel: waits for a show, receives it, comes back after every interruption, and waits for the next.
 * It can be opened and closed any number of times; there is at most one socket and one connection at a time.
 */
export class Watcher {
  readonly #channel: string;
  readonly #parts: WatcherParts;
  readonly #store = new Store<WatcherState>({ phase: 'idle' });
  readonly #stall = new StallDetector(stallMs);
  #signaling: Signaling | null = null;
  #link: PeerLink | null = null;
  /** The broadcast that the link is for. */
  #linkedTo: string | null = null;
  /** True from the moment the server was asked to let us in, on this socket, until we left. */
  #joined = false;
  #attempt = 0;
  #connectedAt = Number.POSITIVE_INFINITY;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;

  constructor(channel: string, parts: WatcherParts = browserParts) {
    this.#channel = channel;
    this.#parts = parts;
  }

  readonly getState = (): WatcherState => this.#store.get();
  readonly subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  /** Starts watching. Does nothing when it is open. */
  open(): void {
    if (this.#signaling !== null) return;
    this.#apply({ type: 'opened' });
    if (!speaksWebRtc()) {
      this.#fail(new AppError('unsupported-browser', 'This browser cannot show live video.').toBody());
      return;
    }
    const signaling = this.#parts.connectSignaling();
    this.#signaling = signaling;
    signaling.on('broadcast:changed', (view) => this.#learn(view));
    signaling.on('link:closed', ({ error }) => {
      this.#joined = false;
      if (this.#link !== null) this.#lose(error);
    });
    signaling.onDisconnected(() => this.#apply({ type: 'lost', error: null }));
    signaling.onConnected((recovered) => {
      if (recovered) this.#resume();
      else this.#arrive(signaling);
    });
    this.#watchdog = setInterval(() => this.#lookForStall(), watchdogMs);
    signaling.open();
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

  /** A socket that is new to the server: nothing that was agreed before holds. */
  #arrive(signaling: Signaling): void {
    this.#dropLink();
    this.#joined = false;
    signaling.request('channel:follow', { channel: this.#channel }).then(
      (view) => {
        if (this.#signaling === signaling) this.#learn(view);
      },
      (error: unknown) => {
        if (this.#signaling !== signaling) return;
        const body = toErrorBody(error);
        if (hopeless.has(body.code)) this.#fail(body);
        else this.#later(() => this.#arrive(signaling));
      },
    );
  }

  #resume(): void {
    const state = this.getState();
    if (state.phase !== 'reconnecting') return;
    if (this.#link?.connected && state.stream) this.#apply({ type: 'connected', stream: state.stream });
    else if (this.#link === null) this.#join();
  }

  #learn({ broadcast }: ChannelView): void {
    this.#apply({ type: 'told', broadcast });
    if (broadcast === null || broadcast.phase === 'ended') this.#leave();
    if (!isLive(broadcast)) return;
    const current = this.#linkedTo === broadcast.broadcastId && (this.#link !== null || this.#retry !== undefined);
    if (!current && this.getState().phase !== 'failed') this.#join();
  }

  #join(): void {
    const signaling = this.#signaling;
    const state = this.getState();
    // Without a line there is nobody to ask: the next connection begins from the start.
    if (signaling === null || !signaling.connected || !('broadcast' in state) || !isLive(state.broadcast)) return;
    this.#dropLink();
    const stream = new MediaStream();
    const connection = this.#parts.createPeerConnection();
    connection.addTransceiver('audio', { direction: 'recvonly' });
    preferVp8On(connection.addTransceiver('video', { direction: 'recvonly' }), 'receive');
    // The answer names no stream (no msid), so the tracks are gathered here.
    connection.addEventListener('track', (event) => stream.addTrack(event.track));
    const link = new PeerLink(signaling, connection, {
      onConnected: () => {
        this.#connectedAt = Date.now();
        this.#apply({ type: 'connected', stream });
      },
      onLost: (error) => this.#lose(error.toBody()),
    });
    this.#link = link;
    this.#linkedTo = state.broadcast.broadcastId;
    this.#negotiate(signaling, link).catch((error: unknown) => {
      if (this.#link === link) this.#lose(toErrorBody(error));
    });
  }

  async #negotiate(signaling: Signaling, link: PeerLink): Promise<void> {
    if (this.#joined) {
      // The server may not have noticed that the last link is dead. It is no matter if it has.
      await signaling.request('viewer:leave', {}).catch(() => undefined);
      if (this.#link !== link) return;
    }
    const { broadcast } = await link.negotiate((sdpOffer) => {
      this.#joined = true;
      return signaling.request('viewer:join', { channel: this.#channel, sdpOffer });
    });
    if (this.#link === link) this.#learn({ channel: this.#channel, broadcast });
  }

  #lose(error: ErrorBody): void {
    const wasGood = Date.now() - this.#connectedAt > goodLinkMs;
    const linkedTo = this.#linkedTo;
    this.#dropLink();
    if (hopeless.has(error.code)) {
      this.#fail(error);
      return;
    }
    if (wasGood) this.#attempt = 0;
    this.#linkedTo = linkedTo;
    this.#apply({ type: 'lost', error });
    this.#later(() => this.#join());
  }

  #later(task: () => void): void {
    clearTimeout(this.#retry);
    const waitMs = this.#parts.backoffMs(this.#attempt);
    this.#attempt += 1;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      task();
    }, waitMs);
  }

  #leave(): void {
    this.#dropLink();
    this.#attempt = 0;
    if (!this.#joined) return;
    this.#joined = false;
    this.#signaling?.request('viewer:leave', {}).catch(() => undefined);
  }

  #lookForStall(): void {
    const link = this.#link;
    const state = this.getState();
    if (link === null || state.phase !== 'live' || state.broadcast.phase !== 'live') {
      this.#stall.reset();
      return;
    }
    link.bytesReceived().then(
      (bytes) => {
        if (this.#link !== link || !this.#stall.stalled(bytes, Date.now())) return;
        this.#lose(new AppError('connection-lost', 'Nothing arrives any more.').toBody());
      },
      () => undefined,
    );
  }

  #dropLink(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#link?.close();
    this.#link = null;
    this.#linkedTo = null;
    this.#connectedAt = Number.POSITIVE_INFINITY;
    this.#stall.reset();
  }

  #fail(error: ErrorBody): void {
    this.#release();
    this.#apply({ type: 'failed', error });
  }

  #release(): void {
    this.#dropLink();
    clearInterval(this.#watchdog);
    this.#signaling?.close();
    this.#signaling = null;
    this.#joined = false;
    this.#attempt = 0;
  }

  #apply(event: WatcherEvent): void {
    this.#store.set(nextWatcherState(this.getState(), event));
  }
}

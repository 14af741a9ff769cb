import { AppError, type ErrorBody, type ErrorCode, toErrorBody } from '../errors.ts';
import type { BroadcastView, ChannelView, RequestInput } from '../signaling.ts';
import type { backoffMs } from './backoff.ts';
import type { MediaChoice } from './local-media.ts';
import { addTracks, limitVideo, speaksWebRtc } from './peer-connection.ts';
import { PeerLink } from './peer-link.ts';
import {
  isOnStage,
  nextPublisherState,
  type PublisherEvent,
  type PublisherState,
  streamOf,
} from './publisher-state.ts';
import type { Signaling } from './signaling-client.ts';
import { Store } from './store.ts';

/** What the presenter decides before going live. */
export type ShowPlan = Omit<RequestInput<'broadcast:start'>, 'sdpOffer'>;

/** What a publisher is made of; tests give their own. */
export type PublisherParts = {
  connectSignaling: () => Signaling;
  createPeerConnection: () => RTCPeerConnection;
  openMedia: (choice: MediaChoice) => Promise<MediaStream>;
  stopMedia: (stream: MediaStream | null) => void;
  backoffMs: typeof backoffMs;
};

/** What the presenter lets through. A camera that is off sends black, so nothing has to be negotiated anew. */
export type Switches = { microphone: boolean; camera: boolean };

const allOn: Switches = { microphone: true, camera: true };

/** Trying again does not help against these, even in the middle of a show. */
const hopeless: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-request',
  'wrong-key',
  'bad-offer',
  'no-common-codec',
  'unsupported-browser',
]);

/**
 * Sends one show: camera, preview, going live, coming back after every interruption, and the end. It can be opened
 * and closed any number of times; there is at most one camera, one socket and one connection at a time.
 */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #store = new Store<PublisherState>({ phase: 'idle' });
  readonly #switches = new Store<Switches>(allOn);
  #signaling: Signaling | null = null;
  #link: PeerLink | null = null;
  #plan: ShowPlan | null = null;
  #broadcastId: string | null = null;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Counts the requests for a camera: only the newest one's stream is kept. */
  #cameraRequest = 0;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  readonly getState = (): PublisherState => this.#store.get();
  readonly subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);
  readonly getSwitches = (): Switches => this.#switches.get();
  readonly subscribeToSwitches = (listener: () => void): (() => void) => this.#switches.subscribe(listener);

  /**
   * Asks for the camera and shows the preview; on stage it replaces what is sent. Problems become part of the state,
   * and on stage they are thrown, because the show goes on with what it has.
   */
  async openDevices(choice: MediaChoice): Promise<void> {
    this.#cameraRequest += 1;
    const request = this.#cameraRequest;
    if (!isOnStage(this.getState())) {
      this.#parts.stopMedia(streamOf(this.getState()));
      this.#apply({ type: 'camera-asked' });
    }
    try {
      const stream = await this.#parts.openMedia(choice);
      // Somebody left, or chose another one, while the browser was asking.
      if (request !== this.#cameraRequest) {
        this.#parts.stopMedia(stream);
        return;
      }
      this.#obeySwitches(stream);
      await this.#link?.replaceTracks(stream);
      const before = streamOf(this.getState());
      this.#apply({ type: 'camera-opened', stream });
      this.#parts.stopMedia(before);
    } catch (error) {
      if (request !== this.#cameraRequest) return;
      if (isOnStage(this.getState())) throw error;
      this.#apply({ type: 'camera-failed', error: toErrorBody(error) });
    }
  }

  /** Turns microphone or camera off and on again, before the show or during it. */
  switchOn(change: Partial<Switches>): void {
    this.#switches.set({ ...this.#switches.get(), ...change });
    this.#obeySwitches(streamOf(this.getState()));
  }

  #obeySwitches(stream: MediaStream | null): void {
    const { microphone, camera } = this.#switches.get();
    for (const track of stream?.getAudioTracks() ?? []) track.enabled = microphone;
    for (const track of stream?.getVideoTracks() ?? []) track.enabled = camera;
  }

  /** Goes live. Does nothing without a preview, so a second click does no harm. */
  start(plan: ShowPlan): void {
    if (this.getState().phase !== 'preview') return;
    this.#apply({ type: 'started' });
    if (!speaksWebRtc()) {
      this.#refuse(new AppError('unsupported-browser', 'This browser cannot send live video.').toBody());
      return;
    }
    this.#plan = plan;
    this.#broadcastId = null;
    this.#attempt = 0;
    this.#openLine();
  }

  /** Ends the show for everyone. If the server cannot be reached it ends here, and there after the time of grace. */
  async stop(): Promise<void> {
    const state = this.getState();
    if (!isOnStage(state)) return;
    const signaling = this.#signaling;
    this.#dropRetry();
    try {
      if (signaling === null) throw connectionLost();
      const { broadcast } = await signaling.request('broadcast:stop', {});
      this.#finish(broadcast);
    } catch {
      if (!isOnStage(this.getState())) return;
      if (state.broadcast === null) this.#refuse(null);
      else this.#finish({ ...state.broadcast, phase: 'ended', endReason: 'stopped' });
    }
  }

  /** Goes away at once: the page is closing, and the server shall notice now and not after a timeout. */
  hangUp(): void {
    this.#releaseLine();
  }

  /** Comes back after {@link hangUp}: the browser had only put the page aside. */
  comeBack(): void {
    if (this.#signaling === null && this.#plan !== null && isOnStage(this.getState())) {
      this.#apply({ type: 'lost', error: null });
      this.#openLine();
    }
  }

  /** Gives everything back: camera, line and connection. */
  close(): void {
    this.#cameraRequest += 1;
    this.#releaseLine();
    this.#plan = null;
    this.#parts.stopMedia(streamOf(this.getState()));
    this.#switches.set(allOn);
    this.#apply({ type: 'closed' });
  }

  #openLine(): void {
    this.#releaseLine();
    const signaling = this.#parts.connectSignaling();
    this.#signaling = signaling;
    signaling.on('broadcast:changed', (view) => this.#learn(view));
    signaling.on('link:closed', ({ error }) => this.#lose(error));
    signaling.onDisconnected(() => {
      if (this.getState().phase === 'connecting') this.#lose(connectionLost().toBody());
      else this.#apply({ type: 'lost', error: null });
    });
    signaling.onConnected((recovered) => {
      if (!recovered) this.#publish(signaling);
      else if (this.#link?.connected) this.#resume();
      // The server still knows the presenter of this line, who has a dead link and may not have a second.
      else this.#openLine();
    });
    signaling.open();
    signaling.whenConnected().catch((error: unknown) => {
      if (this.#signaling === signaling) this.#lose(toErrorBody(error));
    });
  }

  #resume(): void {
    const state = this.getState();
    if (state.phase === 'reconnecting') this.#apply({ type: 'told', broadcast: state.broadcast });
  }

  #publish(signaling: Signaling): void {
    const state = this.getState();
    if (!isOnStage(state) || this.#plan === null) return;
    this.#dropRetry();
    this.#link?.close();
    const connection = this.#parts.createPeerConnection();
    const videoSender = addTracks(connection, state.stream);
    const link = new PeerLink(signaling, connection, {
      onConnected: () => {
        this.#attempt = 0;
      },
      onLost: (error) => this.#lose(error.toBody()),
    });
    this.#link = link;
    this.#negotiate(signaling, link, videoSender, this.#plan).catch((error: unknown) => {
      if (this.#link === link) this.#lose(toErrorBody(error));
    });
  }

  async #negotiate(
    signaling: Signaling,
    link: PeerLink,
    videoSender: RTCRtpSender | null,
    plan: ShowPlan,
  ): Promise<void> {
    // The sender of a start follows the channel by that alone. What the answer tells of the broadcast counts at once:
    // while the rest is being applied, the news that it is live may overtake it.
    const { maxVideoKbps } = await link.negotiate(async (sdpOffer) => {
      const reply = await signaling.request('broadcast:start', { ...plan, sdpOffer });
      if (this.#link === link) {
        this.#broadcastId = reply.broadcast.broadcastId;
        this.#learn({ channel: plan.channel, broadcast: reply.broadcast });
      }
      return reply;
    });
    if (this.#link === link && videoSender) await limitVideo(videoSender, maxVideoKbps).catch(() => undefined);
  }

  #learn({ broadcast }: ChannelView): void {
    if (broadcast === null || broadcast.broadcastId !== this.#broadcastId) return;
    if (broadcast.phase === 'ended') this.#finish(broadcast);
    else this.#apply({ type: 'told', broadcast });
  }

  #lose(error: ErrorBody): void {
    this.#link?.close();
    this.#link = null;
    const state = this.getState();
    if (!isOnStage(state)) return;
    // Before the show is on, the presenter sits at the button and decides; afterwards we keep trying.
    if (state.phase === 'connecting' || hopeless.has(error.code)) {
      this.#refuse(error);
      return;
    }
    this.#apply({ type: 'lost', error });
    this.#dropRetry();
    // A new line is a new presenter to the server, whatever it still believes of the old one.
    this.#retry = setTimeout(() => this.#openLine(), this.#parts.backoffMs(this.#attempt));
    this.#attempt += 1;
  }

  #refuse(error: ErrorBody | null): void {
    this.#releaseLine();
    this.#plan = null;
    this.#apply({ type: 'refused', error });
  }

  #finish(broadcast: BroadcastView): void {
    this.#dropRetry();
    this.#link?.close();
    this.#link = null;
    this.#plan = null;
    this.#parts.stopMedia(streamOf(this.getState()));
    // The line stays open: the recording is being finished, and the summary shows it.
    this.#apply({ type: 'ended', broadcast });
  }

  #dropRetry(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #releaseLine(): void {
    this.#dropRetry();
    this.#link?.close();
    this.#link = null;
    this.#signaling?.close();
    this.#signaling = null;
  }

  #apply(event: PublisherEvent): void {
    this.#store.set(nextPublisherState(this.getState(), event));
  }
}

function connectionLost(): AppError {
  return new AppError('connection-lost', 'The connection to the server was lost.');
}

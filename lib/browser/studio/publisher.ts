import { AppError, type ErrorBody, type ErrorCode, toErrorBody } from '../../errors.ts';
import type { BroadcastView, MediaKind, RecordingMode, Replies, RequestInput, RequestName } from '../../signaling.ts';
import { Camera, type CameraParts, type Switches } from '../capture/camera.ts';
import type { MediaRequest } from '../capture/media-plan.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { speaksWebRtc } from '../rtc/peer-connection.ts';
import { nonRetryableErrorCodes } from '../signaling/retry.ts';
import { PresenterStatusReporter } from './presenter-status-reporter.ts';
import { PublisherConnection, type PublisherConnectionParts } from './publisher-connection.ts';
import { isAsking, type ShowPlan } from './publisher-connection-state.ts';
import { connectionLost } from './publisher-socket.ts';
import {
  isBroadcasting,
  nextPublisherState,
  type PublisherEvent,
  type PublisherState,
  streamOf,
} from './publisher-state.ts';
import { type ResumeTicket, type ResumeTickets, terminalErrorCodes } from './resume-tickets.ts';
import { SentMedia } from './sent-media.ts';

/** The parts of a publisher; tests pass their own. `program` is what is sent while there are guests; see SentMedia. */
export type PublisherParts = PublisherConnectionParts &
  CameraParts & {
    tickets: Pick<ResumeTickets, 'keep' | 'forget' | 'find'>;
    program?: ReadableStore<MediaStream | null>;
  };

/** The errors after which a retry is pointless, even in the middle of a show. */
const nonRetryablePublishErrors: ReadonlySet<ErrorCode> = new Set<ErrorCode>([...nonRetryableErrorCodes, 'wrong-key']);

/** How long to wait for a socket on which the server can be asked to end the show, in milliseconds. */
const endMs = 5_000;

/**
 * Publishes one show: camera, preview, going live, reconnecting after every interruption, and the end. It can be opened
 * and closed any number of times; there is at most one camera and one connection at a time.
 */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #store = new Store<PublisherState>({ phase: 'idle' });
  readonly state: ReadableStore<PublisherState> = this.#store;
  readonly #camera: Camera;
  readonly #connection: PublisherConnection;
  readonly #statusReporter: PresenterStatusReporter;
  readonly sent: SentMedia;
  /** Runs while the end is requested and the server could not be asked yet. */
  #ending: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#camera = new Camera(parts);
    this.sent = new SentMedia(() => streamOf(this.#store.get()), this.switches, parts.program);
    parts.program?.subscribe(() => void this.#resend().catch(() => this.#connection.tryNow()));
    this.#connection = new PublisherConnection(parts, {
      stream: () => (isBroadcasting(this.#store.get()) ? this.sent.stream : null),
      onTicket: (ticket) => this.#keep(ticket),
      onBroadcast: (broadcast) => this.#update(broadcast),
      onDisconnected: () => {
        if (this.#store.get().phase === 'connecting') this.#refuse(connectionLost().toBody());
        else this.#apply({ type: 'lost', error: null });
      },
      onLost: (error) => this.#judge(error),
      onTakenOver: () => {
        this.#dropEnding();
        this.#apply({ type: 'taken-over' });
      },
    });
    this.#statusReporter = new PresenterStatusReporter({
      camera: (cameraOn) => this.#change('broadcast:camera', { cameraOn }),
      health: (health, uplinkMs) => this.#change('broadcast:health', { health, uplinkMs }),
    });
  }

  get switches(): ReadableStore<Switches> {
    return this.#camera.switches;
  }

  /** The ticket with which another device can take the show over; `null` until the server has accepted us. */
  get ticket(): ResumeTicket | null {
    return this.#connection.ticket;
  }

  /**
   * Asks for the camera and shows the preview. If there is already a picture, the new one replaces it, on air without
   * an interruption. A problem becomes part of the state; if there is already a picture, it is thrown instead, because
   * that picture goes on.
   */
  async openDevices(request: MediaRequest): Promise<void> {
    if (streamOf(this.#store.get()) === null) this.#apply({ type: 'camera-asked' });
    try {
      const stream = await this.#camera.open(request);
      if (stream === null) return;
      const before = streamOf(this.#store.get());
      this.#apply({ type: 'camera-opened', stream });
      // The show may have ended meanwhile.
      if (streamOf(this.#store.get()) !== stream) this.#parts.stopMedia(stream);
      else await this.#resend().finally(() => this.#parts.stopMedia(before));
    } catch (error) {
      if (streamOf(this.#store.get()) !== null) throw error;
      this.#apply({ type: 'camera-failed', error: toErrorBody(error) });
    }
  }

  /** What is to be sent is another stream now. */
  async #resend(): Promise<void> {
    this.#statusReporter.set({ cameraOn: this.sent.isPictureOn });
    if (this.sent.stream !== null) await this.#connection.replaceTracks(this.sent.stream);
  }

  /** The kinds of media that the media server does not accept, for lack of a codec. */
  refusedKinds(): ReadonlySet<MediaKind> {
    return this.#connection.refusedKinds;
  }

  /** Turns microphone or camera off or on, before the show or during it. */
  switchOn(change: Partial<Switches>): void {
    this.#camera.switchOn(change, streamOf(this.#store.get()));
    this.#statusReporter.set({ cameraOn: this.sent.isPictureOn });
  }

  /** Sets the measured health and latency of the upload; viewers are notified of changes. */
  noteHealth(health: 'good' | 'poor', delayMs: number | null): void {
    this.#statusReporter.set({ health, uplinkMs: delayMs === null ? null : Math.round(delayMs) });
  }

  /** The browser's report on the link; `null` while no media can flow. */
  stats(): Promise<RTCStatsReport | null> {
    return this.#connection.stats();
  }

  /** Gives the show another title. @throws AppError when the server could not do it */
  rename(title: string): Promise<void> {
    return this.#change('broadcast:rename', { title });
  }

  /** Goes live. Does nothing without a preview, so a second click does no harm. */
  start(plan: ShowPlan): void {
    if (this.#store.get().phase !== 'preview') return;
    this.#apply({ type: 'started' });
    if (this.#canSend()) this.#connection.start(plan);
  }

  /** Resumes the show of `ticket`. Does nothing without a preview. */
  resume(ticket: ResumeTicket, broadcast: BroadcastView): void {
    if (this.#store.get().phase !== 'preview') return;
    this.#apply({ type: 'resumed', broadcast });
    if (this.#canSend()) this.#connection.resume(ticket, broadcast);
  }

  /** Takes the show back after a take-over. */
  takeBack(): void {
    const state = this.#store.get();
    if (state.phase !== 'taken-over') return;
    // Another tab may have a newer ticket.
    const ticket = this.#parts.tickets.find(state.broadcast.broadcastId) ?? this.#connection.ticket;
    if (ticket === null) return;
    this.#apply({ type: 'resumed', broadcast: state.broadcast });
    this.#connection.resume(ticket, state.broadcast);
  }

  #canSend(): boolean {
    if (speaksWebRtc()) return true;
    this.#refuse(new AppError('unsupported-browser', 'This browser cannot send live video.').toBody());
    return false;
  }

  /** Starts, pauses or finishes the recording. @throws AppError when the server could not do it */
  setRecording(recording: RecordingMode): Promise<void> {
    return this.#change('recording:set', { recording });
  }

  /** Sends a request about the show. @throws AppError when the server could not do it */
  request<Name extends RequestName>(name: Name, body: RequestInput<Name>): Promise<Replies[Name]> {
    return this.#connection.request(name, body);
  }

  /**
   * Ends the show for everyone. If the server cannot be asked now, it is asked within five seconds. If that fails too,
   * the show ends here, and on the server after the grace period.
   */
  async stop(): Promise<void> {
    const state = this.#store.get();
    if (!isBroadcasting(state)) return;
    const { connected, state: ours } = this.#connection;
    // Before the show is live, it can be cancelled as soon as the request was sent.
    if (connected && (ours.phase === 'presenting' || (state.phase === 'connecting' && isAsking(ours)))) {
      try {
        const { broadcast } = await this.#connection.request('broadcast:stop', {});
        if (isBroadcasting(this.#store.get())) this.#finish(broadcast);
        return;
      } catch {
        if (!isBroadcasting(this.#store.get())) return;
      }
    }
    if (state.phase === 'connecting') {
      this.#refuse(null);
      return;
    }
    const ended: BroadcastView = { ...this.#endedNow(state.broadcast), endReason: 'stopped' };
    this.#ending ??= setTimeout(() => this.#finish(ended), endMs);
    if (!connected) this.#connection.tryNow();
  }

  /** Disconnects immediately: the page is closing, and the server should notice now and not after a timeout. */
  hangUp(): void {
    this.#connection.hangUp();
  }

  /** Comes back after {@link hangUp}: the page had only been put into the back/forward cache. */
  comeBack(): void {
    if (!isBroadcasting(this.#store.get())) return;
    this.#apply({ type: 'lost', error: null });
    this.#connection.comeBack();
  }

  /** Checks the connection immediately: the network changed, or this page slept for `gapMs` milliseconds. */
  checkNow(gapMs = 0): void {
    if (isBroadcasting(this.#store.get())) this.#connection.checkNow(gapMs);
  }

  /** Releases camera, socket and connection. The ticket is kept, for a presenter who comes back. */
  close(): void {
    this.#dropEnding();
    this.#connection.close();
    this.#camera.close(streamOf(this.#store.get()));
    this.#statusReporter.forget();
    this.#apply({ type: 'closed' });
  }

  #keep(ticket: ResumeTicket): void {
    if (!isBroadcasting(this.#store.get())) return;
    this.#parts.tickets.keep(ticket);
    if (this.#ending === undefined) return;
    // The end was requested while the server could not be asked.
    this.#dropEnding();
    this.stop().catch(() => undefined);
  }

  #update(broadcast: BroadcastView): void {
    // The recording changes after the end, too.
    if (broadcast.phase === 'ended' && this.#store.get().phase !== 'ended') this.#finish(broadcast);
    else this.#apply({ type: 'broadcast-changed', broadcast });
    const { connected, state } = this.#connection;
    this.#statusReporter.acknowledge(connected && state.phase === 'presenting' ? broadcast : null);
  }

  async #change<Name extends 'recording:set' | `broadcast:${'rename' | 'camera' | 'health'}`>(
    name: Name,
    body: RequestInput<Name>,
  ): Promise<void> {
    const { broadcast } = await this.#connection.request(name, body);
    this.#connection.update(broadcast);
  }

  /** Decides whether a retry makes sense. The connection retries unless it is closed or ended here. */
  #judge(error: ErrorBody): void {
    const state = this.#store.get();
    if (!isBroadcasting(state)) return;
    // Before the show is live, the presenter is at the button and decides; afterwards we keep trying.
    if (state.phase === 'connecting' || nonRetryablePublishErrors.has(error.code)) this.#refuse(error);
    else if (terminalErrorCodes.has(error.code)) this.#finish(this.#endedNow(state.broadcast), error);
    else this.#apply({ type: 'lost', error });
  }

  #refuse(error: ErrorBody | null): void {
    this.#dropEnding();
    this.#connection.close();
    this.#apply({ type: 'refused', error });
  }

  #finish(broadcast: BroadcastView, error: ErrorBody | null = null): void {
    if (this.#store.get().phase === 'connecting' && broadcast.endReason === 'stopped') {
      // A show that was cancelled before it was live has not ended: the presenter is back at the "Go live" button.
      this.#parts.tickets.forget(broadcast.broadcastId);
      this.#refuse(null);
      return;
    }
    this.#dropEnding();
    this.#connection.end();
    this.#parts.tickets.forget(broadcast.broadcastId);
    this.#parts.stopMedia(streamOf(this.#store.get()));
    this.#apply({ type: 'ended', broadcast, error });
  }

  #endedNow(broadcast: BroadcastView): BroadcastView {
    return { ...broadcast, phase: 'ended', endedAt: this.#parts.serverNow() };
  }

  #dropEnding(): void {
    clearTimeout(this.#ending);
    this.#ending = undefined;
  }

  #apply(event: PublisherEvent): void {
    this.#store.set(nextPublisherState(this.#store.get(), event));
  }
}

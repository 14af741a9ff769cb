import { type ErrorBody, type ErrorCode, toErrorBody } from '../../errors.ts';
import { type GuestsView, type GuestView, presenterId } from '../../guests.ts';
import { Camera, type Switches } from '../capture/camera.ts';
import { MediaDeviceList } from '../capture/local-media.ts';
import { MediaCapture } from '../capture/media-capture.ts';
import { defaultPlan, type MediaRequest } from '../capture/media-plan.ts';
import { observePageLifecycle, type PageLifecycle } from '../page/page-lifecycle.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { WakeLock } from '../page/wake-lock.ts';
import { createPeerConnection } from '../rtc/peer-connection.ts';
import { backoffMs, Retry } from '../signaling/retry.ts';
import { type Signaling, SignalingClient, withTimeout } from '../signaling/signaling-client.ts';
import { Contribution, guestSize } from './contribution.ts';
import { GuestPasses } from './guest-passes.ts';
import { Monitor } from './monitor.ts';
import { Receivers } from './receivers.ts';

/**
 * The life of a guest: `at-the-door → entering → taking-part → ended`. A guest who takes part is in the green room or on
 * air, as `view` says. `isAway` while the connection to the server is being restored.
 */
export type GuestState =
  | { phase: 'at-the-door'; problem: ErrorBody | null }
  | { phase: 'entering' }
  | { phase: 'taking-part'; id: string; view: GuestsView; isAway: boolean }
  /** `error` is `null` for a guest who has left. */
  | { phase: 'ended'; error: ErrorBody | null };

/** The guest's own picture and sound. */
export type GuestMedia = { stream: MediaStream | null; problem: ErrorBody | null };

/** The errors after which another attempt is pointless. */
const finalCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invitation-used',
  'invitation-expired',
  'guests-full',
  'bad-request',
  'not-live',
]);
/** A reachable server answers within this time, in milliseconds. */
const probeMs = 1_500;

/** Everything that a guest does, from the devices to the end. It can be opened and closed any number of times. */
export class GuestSession {
  readonly channel: string;
  readonly devices = new MediaDeviceList();
  readonly #capture = new MediaCapture((request) => void this.openDevices(request));
  readonly capture = this.#capture.state;
  readonly passes = new GuestPasses();
  readonly #camera = new Camera({
    openMedia: (request) => this.#capture.open(request),
    stopMedia: this.#capture.stop,
    switchMedia: this.#capture.switchOn,
  });
  readonly switches: ReadableStore<Switches> = this.#camera.switches;
  readonly #media = new Store<GuestMedia>({ stream: null, problem: null });
  readonly media: ReadableStore<GuestMedia> = this.#media;
  readonly #state: Store<GuestState>;
  readonly state: ReadableStore<GuestState>;
  readonly #receivers = new Receivers({ createPeerConnection, backoffMs });
  /** What the others send, by their ids. */
  readonly streams = this.#receivers.streams;
  /** Whether the browser wants a click before it plays anything. */
  readonly isSoundBlocked = new Store(false);
  readonly #monitor = new Monitor((isBlocked) => this.isSoundBlocked.set(isBlocked));
  readonly #retry = new Retry(backoffMs);
  readonly #wakeLock = new WakeLock();
  #invitation: string | null;
  #signaling: Signaling | null = null;
  #contribution: Contribution | null = null;
  #page: PageLifecycle | null = null;
  #name = '';

  /** @param invitation the token in the address; `null` if there is none */
  constructor(channel: string, invitation: string | null) {
    this.channel = channel;
    this.#invitation = invitation;
    this.#state = new Store<GuestState>({ phase: 'at-the-door', problem: null });
    this.state = this.#state;
    this.streams.subscribe(() => this.#play());
  }

  /** Whether this tab was let in before. */
  get hasPass(): boolean {
    return this.passes.find(this.channel, this.#invitation) !== null;
  }

  /** Opens camera and microphone. A guest who reloads the page is in again without a click. */
  open(): void {
    this.devices.open();
    globalThis.addEventListener('pagehide', this.#hangUp);
    this.#page = observePageLifecycle(() => this.#check());
    this.#capture.recall({ ...defaultPlan, quality: { height: 480, frameRate: 30 } });
    const opening = this.openDevices({});
    if (this.hasPass && this.passes.name !== '') void opening.then(() => this.enter(this.passes.name));
  }

  /** Releases everything. The place is kept for a while. */
  close(): void {
    globalThis.removeEventListener('pagehide', this.#hangUp);
    this.#page?.close();
    this.#release();
    this.devices.close();
    this.#camera.close(this.#media.get().stream);
    this.#media.set({ stream: null, problem: null });
    this.#state.set({ phase: 'at-the-door', problem: null });
  }

  /** Opens other devices; the present ones go on until then. */
  async openDevices(request: MediaRequest): Promise<void> {
    try {
      const stream = await this.#camera.open(request);
      if (stream === null) return;
      const { stream: before } = this.#media.get();
      this.#media.set({ stream, problem: null });
      this.devices.refresh();
      await this.#contribution?.setStream(stream);
      if (this.#contribution === null) this.#contribute();
      this.#capture.stop(before);
    } catch (error) {
      this.#media.set({ ...this.#media.get(), problem: toErrorBody(error) });
    }
  }

  /** Turns camera or microphone on or off. */
  switchOn(change: Partial<Switches>): void {
    this.#camera.switchOn(change, this.#media.get().stream);
    this.#report();
  }

  /** Uses the invitation, or returns to a place that was taken before. */
  enter(name: string): void {
    if (this.#state.get().phase !== 'at-the-door') return;
    this.#name = name;
    this.passes.name = name;
    this.#state.set({ phase: 'entering' });
    this.#wakeLock.keep(true);
    this.#connect();
  }

  /** Leaves for good. */
  async leave(): Promise<void> {
    await this.#signaling?.request('guest:leave', {}).catch(() => undefined);
    this.#end(null);
  }

  /** Plays the others, in a click handler. */
  allowSound(): void {
    this.#monitor.resume();
  }

  #connect(): void {
    this.#signaling?.close();
    this.#stopMedia();
    const signaling = new SignalingClient();
    this.#signaling = signaling;
    const ifCurrent = (act: () => void) => {
      if (this.#signaling === signaling) act();
    };
    signaling.on('guests:changed', (view) => ifCurrent(() => this.#update(view)));
    signaling.on('guest:ended', ({ error }) => ifCurrent(() => this.#end(error)));
    signaling.onDisconnected(() => ifCurrent(() => this.#setAway(true)));
    signaling.onConnected((recovered) => ifCurrent(() => (recovered ? this.#setAway(false) : this.#ask(signaling))));
    signaling.open();
  }

  #ask(signaling: Signaling): void {
    this.#retry.cancel();
    const token = this.passes.find(this.channel, this.#invitation) ?? this.#invitation;
    if (token === null) {
      this.#end({ code: 'invitation-expired', message: 'There is no invitation in the address.' });
      return;
    }
    signaling.request('guest:enter', { channel: this.channel, token, name: this.#name }).then(
      ({ id, pass, view }) => {
        if (this.#signaling !== signaling) return;
        this.#retry.reset();
        this.#invitation ??= pass;
        this.passes.keep(this.channel, { invitation: this.#invitation, pass });
        this.#state.set({ phase: 'taking-part', id, view, isAway: false });
        // The links of the connection before are gone on the server.
        this.#stopMedia();
        this.#contribute();
        this.#update(view);
        this.#report();
      },
      (error: unknown) => {
        if (this.#signaling !== signaling) return;
        const body = toErrorBody(error);
        if (finalCodes.has(body.code)) this.#refuse(body);
        else this.#retry.later(() => this.#ask(signaling));
      },
    );
  }

  /** Before the guest was in, another attempt may help; after that, the part is over. */
  #refuse(error: ErrorBody): void {
    if (this.#state.get().phase === 'taking-part' || error.code !== 'not-live') this.#end(error);
    else {
      this.#release();
      this.#state.set({ phase: 'at-the-door', problem: error });
    }
  }

  #update(view: GuestsView): void {
    const state = this.#state.get();
    const signaling = this.#signaling;
    if (state.phase !== 'taking-part' || signaling === null) return;
    this.#state.set({ ...state, view });
    const isReceived = ({ id, place, isConnected }: GuestView) => id !== state.id && place === 'on-air' && isConnected;
    const ids = view.guests.filter(isReceived).map(({ id }) => id);
    if (view.presenter.isConnected) ids.push(presenterId);
    this.#receivers.receive(signaling, ids);
    this.#play();
  }

  #play(): void {
    const state = this.#state.get();
    if (state.phase !== 'taking-part') return;
    const muted = new Set(state.view.guests.filter(({ isMuted }) => isMuted).map(({ id }) => id));
    const streams = this.streams.get();
    this.#monitor.play(streams, new Set([...streams.keys()].filter((id) => !muted.has(id))));
  }

  #contribute(): void {
    const { stream } = this.#media.get();
    if (this.#state.get().phase !== 'taking-part' || stream === null || this.#signaling === null) return;
    const parts = { createPeerConnection, backoffMs, sizeOf: () => guestSize };
    this.#contribution = new Contribution(this.#signaling, stream, parts);
  }

  #report(): void {
    const { camera, microphone } = this.switches.get();
    const { stream } = this.#media.get();
    if (this.#state.get().phase !== 'taking-part') return;
    const cameraOn = camera && (stream?.getVideoTracks().length ?? 0) > 0;
    const microphoneOn = microphone && (stream?.getAudioTracks().length ?? 0) > 0;
    this.#signaling?.request('guest:report', { cameraOn, microphoneOn }).catch(() => undefined);
  }

  /** The network changed, or this page slept: the connection may only seem to be there. */
  #check(): void {
    const signaling = this.#signaling;
    if (signaling === null || this.#state.get().phase !== 'taking-part') return;
    if (!signaling.connected) {
      this.#connect();
      return;
    }
    withTimeout(signaling.request('guests:read', {}), probeMs).then(
      (view) => this.#update(view),
      () => {
        if (this.#signaling === signaling) this.#connect();
      },
    );
  }

  #setAway(isAway: boolean): void {
    const state = this.#state.get();
    if (state.phase === 'taking-part') this.#state.set({ ...state, isAway });
  }

  #end(error: ErrorBody | null): void {
    if (error?.code !== 'guest-elsewhere') this.passes.forget(this.channel);
    this.#release();
    this.#state.set({ phase: 'ended', error });
    this.#camera.close(this.#media.get().stream);
    this.#media.set({ stream: null, problem: null });
  }

  #stopMedia(): void {
    this.#contribution?.close();
    this.#contribution = null;
    this.#receivers.close();
  }

  #release(): void {
    this.#retry.cancel();
    this.#stopMedia();
    this.#monitor.close();
    this.#signaling?.close();
    this.#signaling = null;
    this.#wakeLock.keep(false);
  }

  readonly #hangUp = (): void => {
    this.#signaling?.close();
  };
}

import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { type PictureSize, type Quality, screenConstraints } from '../rtc/quality.ts';
import type { Switches } from './camera.ts';
import { adjustPicture, type DeviceFailure, devicesFor } from './devices-for.ts';
import { type DeviceKind, type InputChoice, type OpenDevices, openLocalMedia } from './local-media.ts';
import { defaultPlan, type MediaPlan, type MediaRequest, type Source } from './media-plan.ts';
import { endProduction, type Inputs, type Production, produce, tracksOf } from './production.ts';
import { type SharedScreen, shareScreen } from './screen-capture.ts';

const deviceKinds: readonly DeviceKind[] = ['camera', 'microphone'];

/** The functions that open devices and screens; tests pass their own. */
export type MediaCaptureParts = {
  openDevices: OpenDevices;
  shareScreen: (quality: Quality) => Promise<SharedScreen | null>;
  produce: (wanted: MediaPlan, inputs: Inputs) => Production;
  microphoneAlone: (track: MediaStreamTrack) => MediaStream;
};

const browserParts: MediaCaptureParts = {
  openDevices: openLocalMedia,
  shareScreen,
  produce,
  microphoneAlone: (track) => new MediaStream([track]),
};

/**
 * Makes the presenter's picture and sound. A change opens only the devices that it needs, and the current picture and
 * sound go on until the change is complete. Devices that no stream needs any longer are turned off.
 */
export class MediaCapture {
  readonly #parts: MediaCaptureParts;
  readonly #onLost: (request: MediaRequest) => void;
  readonly #store: Store<MediaCaptureState>;
  readonly state: ReadableStore<MediaCaptureState>;
  #wanted: MediaPlan = defaultPlan;
  /** The productions by their streams, the newest last. There are two only while one replaces the other. */
  readonly #productions = new Map<MediaStream, Production>();
  #microphone: MediaStream | null = null;
  #notice: MediaNotice | null = null;
  /** The wanted devices that are currently unavailable. */
  #missing: readonly MissingDevice[] = [];
  /** The number of changes in progress: a device that ends during a change may have been ended by it. */
  #opening = 0;
  #suggested: MediaCaptureState['suggested'] = null;

  /** @param onLost called with the request to make after something that is sent has ended on its own */
  constructor(onLost: (request: MediaRequest) => void, parts = browserParts) {
    this.#onLost = onLost;
    this.#parts = parts;
    this.#store = new Store<MediaCaptureState>(this.#look());
    this.state = this.#store;
  }

  /** The plan as the presenter chose it, including the devices that are currently unavailable. */
  get chosen(): MediaPlan {
    const missing = this.#missing.map(({ kind, wanted }): MediaRequest => ({ [kind]: wanted }));
    return Object.assign({ ...this.#store.get().plan }, ...missing);
  }

  /** Restores the last choice, as far as that needs no click. */
  recall(plan: MediaPlan): void {
    this.#wanted = { ...plan, source: 'camera' };
    this.#suggested = plan.source === 'camera' ? null : plan.source;
    this.#notify();
  }

  /**
   * Changes what is sent according to `request`; `null` when the person chose no screen. A screen is requested
   * synchronously, so that this can be called in a click handler.
   * @throws AppError the error of a camera or a screen; what is sent stays as it is
   */
  async open(request: MediaRequest): Promise<MediaStream | null> {
    const before = this.#newest();
    this.#opening += 1;
    try {
      return await this.#make(request, before);
    } finally {
      this.#opening -= 1;
      const now = this.#newest();
      // A device that is still in use may have ended meanwhile.
      const ended = now !== before && now !== undefined ? tracksOf(now).filter(hasEnded) : [];
      for (const track of ended) this.#lose(track);
    }
  }

  async #make(request: MediaRequest, before: Production | undefined): Promise<MediaStream | null> {
    const wanted = { ...this.#wanted, ...request };
    // A presenter who wants to be seen next to the screen wants the camera on.
    if (request.source === 'both' && wanted.camera === 'none') wanted.camera = 'any';
    const screenStays = before?.screen?.video.readyState === 'live' && before.plan.source !== request.source;
    if (wanted.source !== 'camera' && request.source === undefined && !screenStays) wanted.source = 'camera';
    this.#wanted = wanted;
    const opened: MediaStreamTrack[] = [];
    try {
      let screen: SharedScreen | null = null;
      if (wanted.source !== 'camera') {
        screen = screenStays ? (before.screen ?? null) : await this.#parts.shareScreen(wanted.quality);
        if (screen === null) return this.#refused(before);
        if (!screenStays) opened.push(...tracksOf({ camera: null, microphone: null, screen }));
        else if (before.plan.quality !== wanted.quality)
          await adjustPicture(screen.video, screenConstraints(wanted.quality));
      }
      const devices = await devicesFor({ wanted, before, hasScreen: screen !== null, open: this.#parts.openDevices });
      opened.push(...devices.opened);
      for (const track of opened) track.addEventListener('ended', () => this.#lose(track));
      const { camera, microphone, sound, failures } = devices;
      const production = this.#parts.produce({ ...wanted, sound }, { camera, microphone, screen });
      this.#productions.set(production.stream, production);
      this.#settle(production, request, failures);
      return production.stream;
    } catch (error) {
      for (const track of opened) track.stop();
      this.#wanted = this.#newest()?.plan ?? { ...wanted, source: 'camera' };
      throw error;
    }
  }

  /** Turns off the devices of `stream` that no other stream needs. */
  readonly stop = (stream: MediaStream | null): void => {
    const production = stream && this.#productions.get(stream);
    if (!production) return;
    this.#productions.delete(production.stream);
    endProduction(production, new Set([...this.#productions.values()].flatMap(tracksOf)));
    if (this.#productions.size === 0 && production.plan.source !== 'camera') {
      this.#suggested = production.plan.source;
      this.#wanted = { ...this.#wanted, source: 'camera' };
    }
    this.#notify();
  };

  /** Mutes and unmutes the devices. The switches do not affect the sound and picture of a shared screen. */
  readonly switchOn = (stream: MediaStream, { camera, microphone }: Switches): void => {
    const production = this.#productions.get(stream);
    if (production?.camera) production.camera.enabled = camera;
    if (production?.microphone) production.microphone.enabled = microphone;
  };

  /** Reports that `request` could not be fulfilled. */
  fail(request: MediaRequest, error: unknown): void {
    const screen = request.source !== undefined && request.source !== 'camera';
    const lost = this.#lostFor(request, toErrorBody(error));
    if (lost.length > 0) this.#notice = { type: 'without', devices: lost };
    else this.#notice = screen ? { type: 'screen-failed' } : { type: 'device-failed', error: toErrorBody(error) };
    this.#notify();
  }

  /** Dismisses the notice and the suggestion. */
  dismiss(): void {
    this.#notice = null;
    this.#suggested = null;
    this.#notify();
  }

  /** The devices that ended and that `request` was meant to replace, where there was nothing else to go on with. */
  #lostFor(request: MediaRequest, error: ErrorBody): MissingDevice[] {
    const now = this.#newest();
    return deviceKinds
      .filter((kind) => now?.[kind]?.readyState === 'ended')
      .map((kind) => ({ kind, wanted: request[kind] ?? 'any', error, standing: 'lost' }));
  }

  #newest(): Production | undefined {
    return [...this.#productions.values()].at(-1);
  }

  #refused(before: Production | undefined): null {
    // Without a running production there is nothing to go on with: a person without a camera still has none.
    if (before === undefined) throw new AppError('camera-missing', 'No screen was chosen.');
    this.#wanted = before.plan;
    return null;
  }

  #settle(production: Production, request: MediaRequest, failures: readonly DeviceFailure[]): void {
    const { camera, microphone, plan } = production;
    this.#wanted = plan;
    const missing = missingOf(failures);
    const isFoundAgain = ({ kind }: MissingDevice) =>
      production[kind] !== null || missing.some((device) => device.kind === kind);
    this.#missing = [...this.#missing.filter((device) => !isFoundAgain(device)), ...missing];
    const gone = this.#notice?.type === 'gone' && this.#notice.instead === null ? this.#notice : null;
    if (gone !== null) {
      const instead = (gone.kind === 'camera' ? camera : microphone)?.label ?? null;
      this.#notice = { ...gone, instead };
    } else if (missing.length > 0) this.#notice = { type: 'without', devices: missing };
    else if (failures[0] !== undefined) this.#notice = { type: 'device-failed', error: failures[0].error.toBody() };
    else if (this.#notice?.type !== 'screen-ended' || request.source !== 'camera') this.#notice = null;
    if (request.source !== undefined && this.#notice?.type !== 'screen-ended') this.#suggested = null;
    this.#notify();
  }

  /** A track ended on its own: the device was unplugged, or sharing was stopped in the browser's own bar. */
  #lose(track: MediaStreamTrack): void {
    const now = this.#newest();
    if (now === undefined || this.#opening > 0) return;
    if (track === now.screen?.video) {
      this.#notice = { type: 'screen-ended' };
      this.#suggested = now.plan.source === 'both' ? 'both' : 'screen';
      this.#onLost({ source: 'camera' });
    } else if (track === now.camera || track === now.microphone) {
      const kind = track === now.camera ? 'camera' : 'microphone';
      this.#notice = { type: 'gone', kind, name: track.label, instead: null };
      this.#onLost({ [kind]: 'any' });
    }
  }

  #look(): MediaCaptureState {
    const now = this.#newest();
    const microphone = now?.microphone ?? null;
    // The same object for the same track, so that its meter is not recreated.
    if (this.#microphone?.getAudioTracks()[0] !== (microphone ?? undefined)) {
      this.#microphone = microphone && this.#parts.microphoneAlone(microphone);
    }
    return {
      plan: now?.plan ?? this.#wanted,
      size: now?.size ?? null,
      microphone: this.#microphone,
      notice: this.#notice,
      suggested: this.#suggested,
    };
  }

  #notify(): void {
    this.#store.set(this.#look());
  }
}

const hasEnded = ({ readyState }: MediaStreamTrack): boolean => readyState === 'ended';

function missingOf(failures: readonly DeviceFailure[]): MissingDevice[] {
  return failures
    .filter(({ outcome }) => outcome !== 'former')
    .map(({ kind, wanted, error, outcome }) => ({
      kind,
      wanted,
      error: error.toBody(),
      standing: outcome === 'lost' ? 'lost' : 'never had',
    }));
}

/** An event that affects what is sent and of which the presenter must be informed. */
export type MediaNotice =
  /** A device was unplugged. `instead` is the one that is used now, if there is one. */
  | { type: 'gone'; kind: DeviceKind; name: string; instead: string | null }
  /** Sharing was stopped with the browser's own button. */
  | { type: 'screen-ended' }
  | { type: 'screen-failed' }
  /** Another device was chosen and is unavailable; the former one goes on. */
  | { type: 'device-failed'; error: ErrorBody }
  /** These devices are wanted, and the show goes on without them. */
  | { type: 'without'; devices: readonly MissingDevice[] };

/**
 * A device that is wanted and unavailable. `lost` when there was a device until another one was tried, and it could not
 * be opened again.
 */
export type MissingDevice = {
  kind: DeviceKind;
  wanted: InputChoice;
  error: ErrorBody;
  standing: 'never had' | 'lost';
};

/** The public state of a media capture. */
export type MediaCaptureState = {
  /** The plan that is being sent; before anything is sent, the wanted one. */
  plan: MediaPlan;
  /** The picture's size; `null` where it is not known. */
  size: PictureSize | null;
  /** The microphone alone, for its level meter; `null` while there is none. */
  microphone: MediaStream | null;
  notice: MediaNotice | null;
  /**
   * The source of the last show, if it was a screen. Sharing again takes a click, because the browser asks which one.
   */
  suggested: Exclude<Source, 'camera'> | null;
};

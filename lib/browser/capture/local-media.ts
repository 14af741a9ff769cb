import { AppError, type ErrorCode } from '../../errors.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { cameraConstraints, defaultQuality, type Quality } from '../rtc/quality.ts';
import { microphoneConstraints, type SoundMode } from '../rtc/sound-mode.ts';

/** A camera or microphone that can be chosen; `label` is empty if the browser does not reveal its name. */
export type MediaInput = { id: string; label: string };

/** All devices that can be chosen. */
export type MediaInputs = { cameras: MediaInput[]; microphones: MediaInput[] };

/** A device's id, `any` for the browser's own choice, or `none`. */
export type InputChoice = string | 'any' | 'none';

/** The devices that the presenter chose. */
export type MediaChoice = { camera: InputChoice; microphone: InputChoice };

/** The settings with which the devices are used. */
export type DeviceSettings = { quality: Quality; sound: SoundMode };

const usualSettings: DeviceSettings = { quality: defaultQuality, sound: 'speech' };

/** The constraints that express a choice. */
export function constraintsFor(
  { camera, microphone }: MediaChoice,
  { quality, sound }: DeviceSettings = usualSettings,
): MediaStreamConstraints {
  const device = (choice: InputChoice) => (choice === 'any' ? {} : { deviceId: { exact: choice } });
  return {
    video: camera !== 'none' && {
      ...device(camera),
      ...cameraConstraints(quality),
    },
    audio: microphone !== 'none' && {
      ...device(microphone),
      ...microphoneConstraints(sound),
    },
  };
}

/** Translates the browser's error for a camera or microphone that cannot be opened into ours. */
export function toMediaError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  const options = { cause: error };
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      if (isDeniedBySystem(error)) {
        return new AppError(
          'camera-blocked-by-system',
          'The system did not allow the camera or the microphone.',
          options,
        );
      }
      return new AppError('camera-blocked', 'The browser did not allow the camera or the microphone.', options);
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new AppError('camera-missing', 'The camera or microphone was not found.', options);
    case 'NotReadableError':
    case 'AbortError':
      return new AppError('camera-busy', 'The camera or microphone could not be started.', options);
    default:
      return new AppError('internal', 'The camera could not be opened.', options);
  }
}

/** True if the operating system denies the browser what the person allowed the page; Chromium's message says so. */
export function isDeniedBySystem(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotAllowedError' && /system/i.test(error.message);
}

/** A kind of input device. */
export type DeviceKind = keyof MediaChoice;

/** A device that could not be opened; `wanted` is the choice that failed. */
export type FailedDevice = { kind: DeviceKind; wanted: InputChoice; error: AppError };

/** The tracks that could be opened; every wanted kind has a track or a failure. */
export type OpenedDevices = Record<DeviceKind, MediaStreamTrack | null> & { failures: readonly FailedDevice[] };

/** Opens devices, see {@link openLocalMedia}. */
export type OpenDevices = typeof openLocalMedia;

/**
 * Opens the chosen devices. A remembered device that is gone is replaced by any other. Browsers refuse both kinds when
 * one of them fails, so each kind is then opened on its own, and the failure of one does not affect the other.
 * @throws AppError `insecure-page`, `unsupported-browser`, or `camera-missing` when nothing was chosen
 */
export async function openLocalMedia(choice: MediaChoice, settings = usualSettings): Promise<OpenedDevices> {
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
  if (mediaDevices === undefined) {
    throw globalThis.isSecureContext
      ? new AppError('unsupported-browser', 'This browser has no access to cameras.')
      : new AppError('insecure-page', 'Browsers open the camera on https pages only.');
  }
  const kinds = (['camera', 'microphone'] as const).filter((kind) => choice[kind] !== 'none');
  if (kinds.length === 0) throw new AppError('camera-missing', 'Choose a camera, a microphone, or both.');
  const open = async (wanted: MediaChoice): Promise<MediaStream | AppError> => {
    let firstError: AppError | undefined;
    for (const attempt of attemptsFor(wanted)) {
      try {
        return await mediaDevices.getUserMedia(constraintsFor(attempt, settings));
      } catch (error) {
        firstError ??= toMediaError(error);
        if (toMediaError(error).code !== 'camera-missing') break;
      }
    }
    return firstError ?? new AppError('internal', 'There was nothing to open.');
  };

  const both = await open(choice);
  if (both instanceof MediaStream) {
    return { camera: both.getVideoTracks()[0] ?? null, microphone: both.getAudioTracks()[0] ?? null, failures: [] };
  }
  const opened: Record<DeviceKind, MediaStreamTrack | null> = { camera: null, microphone: null };
  const failures: FailedDevice[] = [];
  for (const kind of kinds) {
    const isWorthTrying = kinds.length > 1 && (await mayOpenAlone(kind, both));
    const alone = isWorthTrying ? await open(onlyOf(kind, choice[kind])) : both;
    if (alone instanceof MediaStream) opened[kind] = alone.getTracks()[0] ?? null;
    else failures.push({ kind, wanted: choice[kind], error: alone });
  }
  return { ...opened, failures };
}

/** A choice of a single kind. */
export function onlyOf(kind: DeviceKind, wanted: InputChoice): MediaChoice {
  return { camera: 'none', microphone: 'none', [kind]: wanted };
}

/** The failure to report when nothing could be opened: the one that the person can do most about. */
export function mainFailure(failures: readonly FailedDevice[]): AppError | undefined {
  const codes: readonly ErrorCode[] = ['camera-blocked-by-system', 'camera-blocked', 'camera-busy', 'camera-missing'];
  const rank = ({ error }: FailedDevice) => (codes.includes(error.code) ? codes.indexOf(error.code) : codes.length);
  return failures.toSorted((one, other) => rank(one) - rank(other))[0]?.error;
}

/** The choices to try one after the other while devices are missing. */
export function attemptsFor(choice: MediaChoice): MediaChoice[] {
  const { camera, microphone } = choice;
  const any = (input: InputChoice) => (input === 'none' ? 'none' : 'any');
  if (any(camera) === camera && any(microphone) === microphone) return [choice];
  return [choice, { camera: any(camera), microphone: any(microphone) }];
}

/**
 * Whether to ask for a kind alone after both were refused with `error`. A person who has just refused both is not asked
 * again; a page that may use only one of them gets that one.
 */
async function mayOpenAlone(kind: DeviceKind, error: AppError): Promise<boolean> {
  if (error.code !== 'camera-blocked') return true;
  const [own, other] = await Promise.all([
    permissionOf(kind),
    permissionOf(kind === 'camera' ? 'microphone' : 'camera'),
  ]);
  return own === 'granted' || (own === 'prompt' && other === 'denied');
}

async function permissionOf(kind: DeviceKind): Promise<PermissionState | 'unknown'> {
  try {
    // The query fails in browsers that do not know the name.
    return (await navigator.permissions.query({ name: kind as PermissionName })).state;
  } catch {
    return 'unknown';
  }
}

/** The available devices. Browsers reveal their labels only after one of them has been opened. */
async function listInputs(): Promise<MediaInputs> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const inputs = (kind: MediaDeviceKind): MediaInput[] =>
    devices
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { cameras: inputs('videoinput'), microphones: inputs('audioinput') };
}

/** The device of a track; `any` if the browser does not report it. */
export function deviceOf(track: MediaStreamTrack): InputChoice {
  return track.getSettings().deviceId ?? 'any';
}

const noInputs: MediaInputs = { cameras: [], microphones: [] };

/** The available cameras and microphones, updated when devices are plugged in or unplugged. */
export class MediaDeviceList {
  readonly #store = new Store<MediaInputs>(noInputs);
  readonly state: ReadableStore<MediaInputs> = this.#store;
  #open = false;

  open(): void {
    this.#open = true;
    navigator.mediaDevices?.addEventListener('devicechange', this.refresh);
    this.refresh();
  }

  close(): void {
    this.#open = false;
    navigator.mediaDevices?.removeEventListener('devicechange', this.refresh);
  }

  /** Lists the devices again: labels are revealed only after a device has been opened. */
  readonly refresh = (): void => {
    if (!this.#open || navigator.mediaDevices === undefined) return;
    listInputs().then(
      (inputs) => {
        if (this.#open) this.#store.set(inputs);
      },
      // Without a list, the browser's own choice is still available.
      () => undefined,
    );
  };
}

import { AppError } from '../errors.ts';
import { cameraConstraints, type Quality, usualQuality } from './quality.ts';
import { microphoneConstraints, type SoundMode } from './sound-mode.ts';

/** A camera or microphone that can be chosen; the browser may not tell its name, and then `label` is empty. */
export type MediaInput = { id: string; label: string };

/** Everything that can be chosen. */
export type MediaInputs = { cameras: MediaInput[]; microphones: MediaInput[] };

/** A device's id, `any` for the browser's own choice, or `none`. */
export type InputChoice = string | 'any' | 'none';

/** What the presenter sends with. */
export type MediaChoice = { camera: InputChoice; microphone: InputChoice };

/** How the devices are used. */
export type DeviceSettings = { quality: Quality; sound: SoundMode };

const usualSettings: DeviceSettings = { quality: usualQuality, sound: 'speech' };

/** The constraints that stand for a choice. */
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

/** The browser's words for a camera or microphone that cannot be had, in ours. */
export function toMediaError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  const options = { cause: error };
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
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

/**
 * Opens what was chosen. A device that was remembered and is gone is replaced by any other; where a whole kind is
 * missing, the other kind alone will do. Fails with a camera error, `insecure-page` or `unsupported-browser`.
 */
export async function openLocalMedia(choice: MediaChoice, settings = usualSettings): Promise<MediaStream> {
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
  if (mediaDevices === undefined) {
    throw globalThis.isSecureContext
      ? new AppError('unsupported-browser', 'This browser has no access to cameras.')
      : new AppError('insecure-page', 'Browsers open the camera on https pages only.');
  }
  if (choice.camera === 'none' && choice.microphone === 'none') {
    throw new AppError('camera-missing', 'Choose a camera, a microphone, or both.');
  }
  let firstError: unknown;
  for (const attempt of attemptsFor(choice)) {
    try {
      return await mediaDevices.getUserMedia(constraintsFor(attempt, settings));
    } catch (error) {
      firstError ??= error;
      if (toMediaError(error).code !== 'camera-missing') break;
    }
  }
  throw toMediaError(firstError);
}

/** What to try, in this order, while devices are missing. */
export function attemptsFor(choice: MediaChoice): MediaChoice[] {
  const { camera, microphone } = choice;
  const any = (input: InputChoice) => (input === 'none' ? 'none' : 'any');
  const attempts: MediaChoice[] = [choice];
  if (any(camera) !== camera || any(microphone) !== microphone) {
    attempts.push({ camera: any(camera), microphone: any(microphone) });
  }
  if (camera !== 'none' && microphone !== 'none') {
    attempts.push({ camera: 'any', microphone: 'none' }, { camera: 'none', microphone: 'any' });
  }
  return attempts;
}

/** The devices there are. Browsers tell their labels only after one of them was opened. */
export async function listInputs(): Promise<MediaInputs> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const inputs = (kind: MediaDeviceKind): MediaInput[] =>
    devices
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { cameras: inputs('videoinput'), microphones: inputs('audioinput') };
}

/** The device that a track comes from; `any` where the browser does not tell. */
export function deviceOf(track: MediaStreamTrack): InputChoice {
  return track.getSettings().deviceId ?? 'any';
}

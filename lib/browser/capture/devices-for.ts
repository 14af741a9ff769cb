import { cameraConstraints } from '../rtc/quality.ts';
import { type SoundMode, switchMicrophone } from '../rtc/sound-mode.ts';
import {
  type DeviceKind,
  type DeviceSettings,
  deviceOf,
  type FailedDevice,
  type InputChoice,
  type MediaChoice,
  mainFailure,
  type OpenDevices,
  type OpenedDevices,
  onlyOf,
} from './local-media.ts';
import type { MediaPlan } from './media-plan.ts';
import type { Production } from './production.ts';

/** The parameters for finding the devices for a plan. */
type DevicesWanted = {
  wanted: MediaPlan;
  /** The current production: its devices that are still wanted keep running. */
  before: Production | undefined;
  /** With a screen to show, camera and microphone may be missing. */
  hasScreen: boolean;
  open: OpenDevices;
};

/**
 * A device that could not be opened. The former device of its kind is still used (`former`), it had to be released for
 * the attempt and could not be opened again (`lost`), or there was none (`none`).
 */
export type DeviceFailure = FailedDevice & { outcome: 'former' | 'lost' | 'none' };

/** Camera and microphone, the tracks that were newly opened for them, and the devices that could not be opened. */
type Devices = Tracks & { sound: SoundMode; opened: MediaStreamTrack[]; failures: DeviceFailure[] };

type Tracks = Record<DeviceKind, MediaStreamTrack | null>;

/**
 * Camera and microphone for a plan: running devices are reused, and missing ones are opened. A device that cannot be
 * opened affects nothing else: the running device of its kind is kept, or the show goes on without one if there is
 * something else to send.
 * @throws AppError when the running device has to be kept, or when there is nothing else to send
 */
export async function devicesFor({ wanted, before, hasScreen, open }: DevicesWanted): Promise<Devices> {
  const settings: DeviceSettings = { quality: wanted.quality, sound: wanted.sound };
  const requested: MediaChoice = {
    camera: wanted.source === 'screen' ? 'none' : wanted.camera,
    microphone: wanted.microphone,
  };
  const running = await runningDevices(before, requested, settings);
  const missing: MediaChoice = {
    camera: running.camera === null ? requested.camera : 'none',
    microphone: running.microphone === null ? requested.microphone : 'none',
  };
  const isSomethingThere = running.camera !== null || running.microphone !== null || hasScreen;
  if (missing.camera === 'none' && missing.microphone === 'none' && isSomethingThere) {
    return { ...running, sound: wanted.sound, opened: [], failures: [] };
  }
  const { failures, ...opened } = await openInPlace(missing, settings, before, open);
  const newTracks = [opened.camera, opened.microphone].filter((track) => track !== null);
  const isStillRunning = ({ kind }: DeviceFailure) => before?.[kind]?.readyState === 'live';
  const mustStay = failures.filter(isStillRunning);
  const error = mainFailure(mustStay) ?? (isSomethingThere || newTracks.length > 0 ? undefined : mainFailure(failures));
  if (error !== undefined) {
    for (const track of newTracks) track.stop();
    throw error;
  }
  const isFormerMicrophone = failures.some(({ kind, outcome }) => kind === 'microphone' && outcome === 'former');
  return {
    camera: running.camera ?? opened.camera,
    microphone: running.microphone ?? opened.microphone,
    sound: isFormerMicrophone && before !== undefined ? before.plan.sound : wanted.sound,
    opened: newTracks,
    failures,
  };
}

/** The running devices that are requested and can be used with `settings` without being opened again. */
async function runningDevices(
  before: Production | undefined,
  requested: MediaChoice,
  { quality, sound }: DeviceSettings,
): Promise<Tracks> {
  let camera = reusable(before?.camera, requested.camera);
  if (camera !== null && before?.plan.quality !== quality) {
    if (!(await adjustPicture(camera, cameraConstraints(quality)))) camera = null;
  }
  let microphone = reusable(before?.microphone, requested.microphone);
  if (microphone !== null && before?.plan.sound !== sound) {
    if (!(await switchMicrophone(microphone, sound))) microphone = null;
  }
  return { camera, microphone };
}

type OpenedInPlace = Tracks & { failures: DeviceFailure[] };

/**
 * Opens `missing`. Phones open only one camera at a time, so if a camera is busy, the former one is released and the
 * camera is tried again; if that fails too, the former one is opened again.
 */
async function openInPlace(
  missing: MediaChoice,
  settings: DeviceSettings,
  before: Production | undefined,
  open: OpenDevices,
): Promise<OpenedInPlace> {
  const former: Tracks = { camera: liveOnly(before?.camera), microphone: liveOnly(before?.microphone) };
  const first = await open(missing, settings);
  const result: OpenedInPlace = { camera: first.camera, microphone: first.microphone, failures: [] };
  for (const failure of first.failures) {
    const { kind, error } = failure;
    const held = former[kind];
    if (held === null) {
      result.failures.push({ ...failure, outcome: 'none' });
      continue;
    }
    const isHeld = held.readyState === 'live';
    if (isHeld && error.code !== 'camera-busy') {
      // The former device was not released for it.
      result.failures.push({ ...failure, outcome: 'former' });
      continue;
    }
    held.stop();
    const again = isHeld ? await open(onlyOf(kind, missing[kind]), settings) : first;
    result[kind] = again[kind];
    if (again[kind] !== null) continue;
    const formerSettings = { ...settings, sound: before?.plan.sound ?? settings.sound };
    const reopened: OpenedDevices = await open(onlyOf(kind, deviceOf(held)), formerSettings);
    result[kind] = reopened[kind];
    result.failures.push({ ...failure, outcome: reopened[kind] === null ? 'lost' : 'former' });
  }
  return result;
}

/** Changes the size of a running picture; false if it cannot be changed. */
export async function adjustPicture(track: MediaStreamTrack, constraints: MediaTrackConstraints): Promise<boolean> {
  try {
    await track.applyConstraints(constraints);
    return true;
  } catch {
    return false;
  }
}

function liveOnly(track: MediaStreamTrack | null | undefined): MediaStreamTrack | null {
  return track?.readyState === 'live' ? track : null;
}

/** `track`, if it is still running and comes from the requested device. */
function reusable(track: MediaStreamTrack | null | undefined, requested: InputChoice): MediaStreamTrack | null {
  if (track?.readyState !== 'live' || requested === 'none') return null;
  return requested === 'any' || requested === deviceOf(track) ? track : null;
}

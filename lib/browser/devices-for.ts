import { toErrorBody } from '../errors.ts';
import { deviceOf, type InputChoice, type openLocalMedia } from './local-media.ts';
import type { MediaPlan } from './media-plan.ts';
import type { Production } from './production.ts';
import { cameraConstraints } from './quality.ts';
import { switchMicrophone } from './sound-mode.ts';

/** What is needed to find the devices for a plan. */
type DevicesWanted = {
  wanted: MediaPlan;
  /** What is sent now: whatever of it is still wanted runs on. */
  before: Production | undefined;
  /** With a screen to show, camera and microphone may be missing. */
  hasScreen: boolean;
  open: typeof openLocalMedia;
};

/** Camera and microphone, and which tracks were opened for them just now. */
type Devices = { camera: MediaStreamTrack | null; microphone: MediaStreamTrack | null; opened: MediaStreamTrack[] };

/**
 * Camera and microphone for a plan: those that run, and what has to be opened. Who has something else to send goes on
 * without what cannot be had.
 * @throws AppError of a camera
 */
export async function devicesFor({ wanted, before, hasScreen, open }: DevicesWanted): Promise<Devices> {
  const { quality, sound } = wanted;
  const wished = { camera: wanted.source === 'screen' ? 'none' : wanted.camera, microphone: wanted.microphone };
  let microphone = reusable(before?.microphone, wished.microphone);
  if (microphone !== null && before?.plan.sound !== sound) {
    if (!(await switchMicrophone(microphone, sound))) microphone = null;
  }
  let camera = reusable(before?.camera, wished.camera);
  if (camera !== null && before?.plan.quality !== quality) {
    if (!(await adjustPicture(camera, cameraConstraints(quality)))) camera = null;
  }
  const missing = {
    camera: camera === null ? wished.camera : 'none',
    microphone: microphone === null ? wished.microphone : 'none',
  };
  const somethingThere = camera !== null || microphone !== null || hasScreen;
  if (missing.camera === 'none' && missing.microphone === 'none' && somethingThere) {
    return { camera, microphone, opened: [] };
  }
  try {
    const settings = { quality, sound };
    const stream = await open(missing, settings).catch((error: unknown) => {
      // Phones open one camera at a time.
      const held = before?.camera?.readyState === 'live' && missing.camera !== 'none' && before.camera;
      if (!held || toErrorBody(error).code !== 'camera-busy') throw error;
      held.stop();
      return open(missing, settings);
    });
    return {
      camera: camera ?? stream.getVideoTracks()[0] ?? null,
      microphone: microphone ?? stream.getAudioTracks()[0] ?? null,
      opened: stream.getTracks(),
    };
  } catch (error) {
    if (!somethingThere || (!hasScreen && toErrorBody(error).code !== 'camera-missing')) throw error;
    return { camera, microphone, opened: [] };
  }
}

/** Changes the size of a picture while it runs; false where it cannot be changed. */
export async function adjustPicture(track: MediaStreamTrack, constraints: MediaTrackConstraints): Promise<boolean> {
  try {
    await track.applyConstraints(constraints);
    return true;
  } catch {
    return false;
  }
}

/** `track`, if it still runs and is what is wished for. */
function reusable(track: MediaStreamTrack | null | undefined, wished: InputChoice): MediaStreamTrack | null {
  if (track?.readyState !== 'live' || wished === 'none') return null;
  return wished === 'any' || wished === deviceOf(track) ? track : null;
}

import { AppError } from '../../errors.ts';
import { type Quality, screenConstraints } from '../rtc/quality.ts';
import { microphoneConstraints } from '../rtc/sound-mode.ts';
import { isDeniedBySystem } from './local-media.ts';

/**
 * A screen share, as screen capture gives it: a screen, a window or a tab, with its sound where the browser gives it.
 */
export type SharedScreen = { video: MediaStreamTrack; audio: MediaStreamTrack | null };

/** False on phones, whose browsers cannot share what they show. */
export function canShareScreen(): boolean {
  // Typed as always there, which it is not.
  const devices = (globalThis.navigator as Partial<Navigator> | undefined)?.mediaDevices;
  return typeof (devices as Partial<MediaDevices> | undefined)?.getDisplayMedia === 'function';
}

/**
 * Lets the person choose what to share; `null` when they chose nothing. To be called in the very turn of a click.
 * @throws AppError when the system forbids it, or what was chosen cannot be captured
 */
export async function shareScreen(quality: Quality): Promise<SharedScreen | null> {
  try {
    // Not in every browser's list: those that do not know them ignore them.
    const extras = { systemAudio: 'include', surfaceSwitching: 'include' };
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: screenConstraints(quality),
      // Sound that is played on purpose needs none of the filters of a microphone.
      audio: microphoneConstraints('music'),
      ...extras,
    });
    const [video] = stream.getVideoTracks();
    if (video === undefined) throw new AppError('camera-busy', 'The screen gave no picture.');
    return { video, audio: stream.getAudioTracks()[0] ?? null };
  } catch (error) {
    if (isRefusal(error)) return null;
    if (error instanceof AppError) throw error;
    throw new AppError('camera-busy', 'The screen could not be shared.', { cause: error });
  }
}

/** The person closed the browser's window. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotAllowedError' && !isDeniedBySystem(error);
}

import { AppError } from '../../errors.ts';
import { type Quality, screenConstraints } from '../rtc/quality.ts';
import { microphoneConstraints } from '../rtc/sound-mode.ts';
import { isDeniedBySystem } from './local-media.ts';

/** A screen share: a screen, a window or a tab, with its sound where the browser provides it. */
export type SharedScreen = { video: MediaStreamTrack; audio: MediaStreamTrack | null };

/** False on phones, whose browsers cannot share the screen. */
export function canShareScreen(): boolean {
  // TypeScript declares it as always present, which it is not.
  const devices = (globalThis.navigator as Partial<Navigator> | undefined)?.mediaDevices;
  return typeof (devices as Partial<MediaDevices> | undefined)?.getDisplayMedia === 'function';
}

/**
 * Lets the person choose what to share; `null` when they chose nothing. Must be called synchronously in a click
 * handler.
 * @throws AppError when the system forbids it, or the choice cannot be captured
 */
export async function shareScreen(quality: Quality): Promise<SharedScreen | null> {
  try {
    // Browsers that do not know these options ignore them.
    const extras = { systemAudio: 'include', surfaceSwitching: 'include' };
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: screenConstraints(quality),
      // Sound that is played on purpose needs no microphone processing.
      audio: microphoneConstraints('music'),
      ...extras,
    });
    const [video] = stream.getVideoTracks();
    if (video === undefined) throw new AppError('camera-busy', 'The screen delivered no picture.');
    return { video, audio: stream.getAudioTracks()[0] ?? null };
  } catch (error) {
    if (isRefusal(error)) return null;
    if (error instanceof AppError) throw error;
    throw new AppError('camera-busy', 'The screen could not be shared.', { cause: error });
  }
}

/** Whether the person cancelled the browser's dialog. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'NotAllowedError' && !isDeniedBySystem(error);
}

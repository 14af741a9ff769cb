import type { BroadcastView } from '../../signaling.ts';
import type { SeenPicture } from './stall-monitor.ts';

/**
 * Why a live show has no moving picture, although its sound may go on: the show has no picture, the presenter turned
 * the camera off, the presenter sends no frames (`still`), the frames do not reach this viewer (`missing`), or this
 * browser cannot decode them (`unplayable`).
 */
export type PictureTrouble = 'sound-only' | 'camera-off' | 'still' | 'missing' | 'unplayable';

/**
 * Why the picture of `live` does not move; `null` while it moves or is about to arrive.
 * @param seen the picture as this viewer sees it
 */
export function pictureTroubleOf(
  live: Pick<BroadcastView, 'picture' | 'cameraOn'>,
  seen: SeenPicture,
): PictureTrouble | null {
  if (live.picture === 'none') return 'sound-only';
  if (!live.cameraOn) return 'camera-off';
  if (seen === 'unplayable') return 'unplayable';
  if (seen !== 'still') return null;
  return live.picture === 'still' ? 'still' : 'missing';
}

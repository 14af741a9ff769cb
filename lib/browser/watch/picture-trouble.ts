import type { BroadcastView } from '../../signaling.ts';
import type { SeenTier } from './picture-control.ts';
import type { SeenPicture } from './stall-monitor.ts';

/**
 * Why a live show has no moving picture, although its sound may go on: the show has no picture, the presenter turned
 * the camera off, the presenter sends no frames (`still`), the frames do not reach this viewer (`missing`), this browser
 * cannot decode them (`unplayable`), the viewer turned it off (`chosen-off`), or the downlink carries none (`narrow`).
 */
export type PictureTrouble = 'sound-only' | 'camera-off' | 'still' | 'missing' | 'unplayable' | 'chosen-off' | 'narrow';

/**
 * Why the picture of `live` does not move; `null` while it moves or is about to arrive.
 * @param seen the picture as this viewer sees it
 * @param tier what the viewer chose, and what is sent
 */
export function pictureTroubleOf(
  live: Pick<BroadcastView, 'picture' | 'cameraOn'>,
  seen: SeenPicture,
  { choice, selection }: Pick<SeenTier, 'choice' | 'selection'>,
): PictureTrouble | null {
  if (live.picture === 'none') return 'sound-only';
  if (!live.cameraOn) return 'camera-off';
  if (selection === 'sound') return choice === 'sound' ? 'chosen-off' : 'narrow';
  if (seen === 'unplayable') return 'unplayable';
  if (seen !== 'still') return null;
  return live.picture === 'still' ? 'still' : 'missing';
}
